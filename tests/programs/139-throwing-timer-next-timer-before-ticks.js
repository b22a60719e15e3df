// After a timer that throws, the next expired timer runs before the thrower's ticks and
// microtasks.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
function thrower() {
  console.log('timer 1');
  process.nextTick(say('tick of timer 1'));
  queueMicrotask(say('microtask of timer 1'));
  throw new Error('in timer 1');
}
function second() {
  console.log('timer 2');
  process.nextTick(say('tick of timer 2'));
  queueMicrotask(say('microtask of timer 2'));
}
setTimeout(thrower, 1);
setTimeout(second, 1);
setTimeout(say('timer 3, of another list'), 3);
setImmediate(say('immediate'));
block(10);
