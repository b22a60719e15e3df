// An interval cleared by its own callback, by a microtask of it, by a tick of it: each is in
// time.
const say = (...words) => () => console.log(...words);
function clearAtOnce() {
  console.log('a');
  clearInterval(a);
}
function clearInMicrotask() {
  console.log('b');
  queueMicrotask(() => clearInterval(b));
}
function clearInTick() {
  console.log('c');
  process.nextTick(clearInterval, c);
}
const a = setInterval(clearAtOnce, 5);
const b = setInterval(clearInMicrotask, 5);
const c = setInterval(clearInTick, 5);
setTimeout(say('end'), 40);
