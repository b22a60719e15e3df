// An immediate that throws, with something of every kind queued by it and by the handler.
const say = (...words) => () => console.log(...words);
function onUncaught(error) {
  console.log('uncaught', error.message);
  process.nextTick(say('tick of the handler'));
  queueMicrotask(say('microtask of the handler'));
  setImmediate(say('immediate of the handler'));
}
function thrower() {
  console.log('immediate 1');
  process.nextTick(say('tick of immediate 1'));
  queueMicrotask(say('microtask of immediate 1'));
  setImmediate(say('immediate of immediate 1'));
  throw new Error('immediate 1');
}
function second() {
  console.log('immediate 2');
  process.nextTick(say('tick of immediate 2'));
}
process.on('uncaughtException', onUncaught);
setImmediate(thrower);
setImmediate(second);
setImmediate(say('immediate 3'));
