// The ticks and microtasks of a timer that throws come after the next expired timer.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
process.on('uncaughtException', say('uncaught'));
function thrower() {
  process.nextTick(say('tick of t1'));
  Promise.resolve().then(say('micro of t1'));
  throw new Error('in t1');
}
setTimeout(thrower, 1);
setTimeout(say('t2 runs before t1 ticks'), 1);
block(5);
