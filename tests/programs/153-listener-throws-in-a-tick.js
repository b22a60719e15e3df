// What a listener throws is thrown again by a tick: the other listeners and the caller go on.
// The rejection of an async listener is thrown by a tick too.
const say = (...words) => () => console.log(...words);
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
process.on('unhandledRejection', say('never: unhandledRejection'));
const t = new EventTarget();
function throws() {
  console.log('L1');
  throw new Error('of L1');
}
async function rejects() {
  console.log('L2');
  await null;
  throw new Error('of L2');
}
t.addEventListener('x', throws);
t.addEventListener('x', rejects);
t.addEventListener('x', say('L3'));
Promise.resolve().then(say('m1')).then(say('m2')).then(say('m3')).then(say('m4'));
process.nextTick(say('n1'));
console.log('dispatched', t.dispatchEvent(new Event('x')));
process.nextTick(say('n2'));
