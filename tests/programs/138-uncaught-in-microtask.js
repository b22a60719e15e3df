// After an exception in a tick or microtask the remaining ones go on.
const say = (...words) => () => console.log(...words);
function onUncaught(error, origin) {
  console.log('uncaught', error.message, origin);
  Promise.resolve().then(say('micro from handler'));
}
function fail(name) {
  console.log(name);
  throw new Error(name);
}
process.on('uncaughtException', onUncaught);
queueMicrotask(() => fail('m1'));
queueMicrotask(say('m2'));
process.nextTick(fail, 'n1');
process.nextTick(say('n2'));
setImmediate(say('immediate'));
