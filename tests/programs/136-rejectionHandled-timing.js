// rejectionHandled is told when a reported rejection gets its handler, once ticks and microtasks
// are dry.
const say = (...words) => () => console.log(...words);
function onUnhandled(reason, promise) {
  console.log('unhandled', reason);
  function handle() {
    promise.catch(say('late catch'));
    process.nextTick(say('tick'));
    Promise.resolve().then(say('micro'));
  }
  setImmediate(handle);
}
process.on('unhandledRejection', onUnhandled);
process.on('rejectionHandled', say('rejectionHandled'));
Promise.reject('X');
setTimeout(say('end'), 100);
