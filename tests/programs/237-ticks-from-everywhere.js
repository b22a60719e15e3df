// A tick queued anywhere comes right after the callback that queued it.
const say = (...words) => () => console.log(...words);
function inMicrotask() {
  console.log('microtask');
  process.nextTick(say('tick of the microtask'));
}
async function asyncFunction() {
  process.nextTick(say('tick of the async function'));
  await null;
  process.nextTick(say('tick after its await'));
}
function inImmediate() {
  console.log('immediate');
  process.nextTick(say('tick of the immediate'));
  asyncFunction();
  queueMicrotask(inMicrotask);
  setTimeout(inTimer, 1);
}
function inTimer() {
  console.log('timer');
  process.nextTick(say('tick of the timer'));
  asyncFunction();
}
setImmediate(inImmediate);
setImmediate(say('next immediate'));
