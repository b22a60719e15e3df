// What a bare microtask throws is uncaught; what a then handler throws rejects its promise.
const say = (...words) => () => console.log(...words);
process.on('uncaughtException', (error, origin) => console.log(error.message, '|', origin));
function fail(message) {
  throw new Error(message);
}
queueMicrotask(() => fail('of a microtask'));
Promise.resolve().then(() => fail('of a then handler'));
Promise.resolve()
  .then(() => fail('of a caught one'))
  .catch((e) => console.log(e.message, '| caught'));
queueMicrotask(say('last microtask'));
setImmediate(say('immediate'));
