// A chain of microtasks runs to its end before a tick that one of them queued, and before any
// timer.
const say = (...words) => () => console.log(...words);
let n = 0;
function again() {
  if (n === 0) process.nextTick(say('tick'));
  if (n < 3) {
    n++;
    console.log('microtask', n);
    Promise.resolve().then(again);
  }
}
setTimeout(say('timeout'));
queueMicrotask(again);
