// No microtasks run after an exit handler that throws, even if its error is handled.
process.on('uncaughtException', (error) => {
  console.log('uncaught', error.message);
  queueMicrotask(() => console.log('never: microtask of the handler'));
});
process.on('exit', (code) => {
  console.log('exit', code);
  queueMicrotask(() => console.log('never: microtask'));
  throw new Error('at the end');
});
