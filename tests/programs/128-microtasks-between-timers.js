// A full checkpoint, ticks then microtasks, after every timer.
const say = (...words) => () => console.log(...words);
function timer(n) {
  console.log('T' + n);
  Promise.resolve().then(say('m' + n));
  process.nextTick(say('n' + n));
}
setTimeout(timer, 0, 1);
setTimeout(timer, 0, 2);
