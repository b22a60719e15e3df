// An immediate clears later ones of its batch, itself, and one that was set meanwhile.
const say = (...words) => () => console.log(...words);
function first() {
  console.log('first');
  clearImmediate(third);
  clearImmediate(one);
  const next = setImmediate(say('never: set and cleared'));
  setImmediate(say('of the next turn'));
  clearImmediate(next);
}
const one = setImmediate(first);
setImmediate(say('second'));
const third = setImmediate(say('never: third'));
setImmediate(say('fourth'));
