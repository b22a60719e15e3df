// A handler of uncaught exceptions that throws at a rejection ends the process: its own error is
// shown to nobody.
process.on('uncaughtException', (error, origin) => {
  console.log('uncaught', error.message, origin);
  throw new Error('in the handler');
});
process.on('exit', (code) => console.log('exit', code));
Promise.reject(new Error('a'));
Promise.reject(new Error('never: b'));
setTimeout(() => console.log('never: timer'), 1);
