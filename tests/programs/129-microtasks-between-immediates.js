// A full checkpoint after every immediate; an immediate set by one waits for the next turn.
const say = (...words) => () => console.log(...words);
function immediate(n) {
  console.log('I' + n);
  Promise.resolve().then(say('m' + n)).then(say('m' + n + ' again'));
  process.nextTick(say('n' + n));
  setImmediate(say('set by I' + n));
}
setImmediate(immediate, 1);
setImmediate(immediate, 2);
