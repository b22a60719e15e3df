// A tick that throws, with something of every kind queued before it, by it and by the handler:
// the other ticks wait for the next callback, which a due timer is.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function onUncaught(error) {
  console.log('uncaught', error.message);
  process.nextTick(say('tick of the handler'));
  queueMicrotask(say('microtask of the handler'));
}
function thrower() {
  console.log('tick 1');
  process.nextTick(say('tick of tick 1'));
  queueMicrotask(say('microtask of tick 1'));
  throw new Error('tick 1');
}
process.on('uncaughtException', onUncaught);
setTimeout(say('timer'), 1);
setImmediate(say('immediate'));
queueMicrotask(say('microtask'));
process.nextTick(thrower);
process.nextTick(say('tick 2'));
block(5);
