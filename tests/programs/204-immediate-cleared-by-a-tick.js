// A tick or a microtask of an immediate clears the next immediates of the same batch.
const say = (...words) => () => console.log(...words);
function first() {
  console.log('first');
  process.nextTick(() => clearImmediate(second));
  Promise.resolve().then(() => clearImmediate(third));
}
setImmediate(first);
const second = setImmediate(say('never: second'));
const third = setImmediate(say('never: third'));
setImmediate(say('fourth'));
