// A microtask that throws, with something of every kind queued before it, by it and by the
// handler.
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
  console.log('microtask 1');
  process.nextTick(say('tick of microtask 1'));
  queueMicrotask(say('microtask of microtask 1'));
  throw new Error('microtask 1');
}
process.on('uncaughtException', onUncaught);
setTimeout(say('timer'), 1);
setImmediate(say('immediate'));
queueMicrotask(thrower);
queueMicrotask(say('microtask 2'));
Promise.resolve().then(say('then'));
process.nextTick(say('tick'));
block(5);
