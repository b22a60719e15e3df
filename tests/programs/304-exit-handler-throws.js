// An exit handler that throws: the handlers behind it are not called, and the exit code is 1.
process.on('exit', (code) => {
  console.log('exit', code);
  throw new Error('in the handler');
});
process.on('exit', () => console.log('never: second handler'));
console.log('main');
