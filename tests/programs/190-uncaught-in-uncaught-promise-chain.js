// Without an unhandledRejection handler a rejection becomes an uncaught exception of that
// origin.
const say = (...words) => () => console.log(...words);
process.on('uncaughtException', (e, origin) => console.log('uncaught', e.message, origin));
async function fails() {
  throw new TypeError('r3');
}
Promise.reject(new Error('r1'));
setTimeout(() => Promise.reject(new Error('r2')), 1);
fails();
process.nextTick(say('tick'));
setTimeout(say('second timer'), 1);
