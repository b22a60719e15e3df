// process.exit in beforeExit: no more beforeExit, and the exit code is its.
process.on('beforeExit', code => {
  console.log('beforeExit', code);
  setTimeout(() => console.log('never: revived'), 1);
  process.exit(3);
});
process.on('exit', code => console.log('exit', code));
setTimeout(() => console.log('the program'), 1);
