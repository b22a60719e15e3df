// An exit handler that throws leaves process.exit() by its error; if that is handled, the program
// goes on, without ticks, and ends once more.
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
process.once('exit', (code) => {
  console.log('first exit', code);
  throw new Error('in the handler');
});
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => {
  process.nextTick(() => console.log('never: tick'));
  console.log('timer');
}, 5);
process.exit(2);
console.log('never: behind exit');
