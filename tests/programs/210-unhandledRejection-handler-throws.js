// What an unhandledRejection handler throws is an uncaught exception; the rest of its batch is
// never told.
const say = (...words) => () => console.log(...words);
function onUnhandled(reason) {
  console.log('unhandled', reason);
  throw new Error('handler of ' + reason);
}
process.on('unhandledRejection', onUnhandled);
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
Promise.reject('a');
Promise.reject('b');
setImmediate(say('immediate'));
setTimeout(() => Promise.reject('c'), 100);
setTimeout(say('end'), 150);
