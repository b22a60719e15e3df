// Rejections are reported as a batch; one made by the handler waits until all queues were dry
// again.
const say = (...words) => () => console.log(...words);
function onUnhandled(reason) {
  console.log('unhandled', reason);
  if (reason !== 'first') return;
  Promise.reject('made in the handler');
  process.nextTick(say('tick from the handler'));
  queueMicrotask(say('microtask from the handler'));
}
process.on('unhandledRejection', onUnhandled);
Promise.reject('first');
Promise.reject('second');
setImmediate(say('immediate'));
