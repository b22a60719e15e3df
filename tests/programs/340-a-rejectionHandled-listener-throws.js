// An error that a rejectionHandled listener throws is an uncaught one, like any other; the rejections that were
// handled too late besides are told of later, and ticks that were queued meanwhile wait as well.
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
process.on('rejectionHandled', (promise) => {
  const name = promise === one ? 'one' : 'two';
  console.log('handled late', name);
  process.nextTick(() => console.log('tick of', name));
  if (name === 'one') throw new Error('in the listener');
});
const one = Promise.reject(1);
const two = Promise.reject(2);
setTimeout(() => {
  one.catch(() => console.log('catch one'));
  two.catch(() => console.log('catch two'));
  setTimeout(() => console.log('next timer'), 0);
}, 1);
setTimeout(() => console.log('other timer'), 1);
