// process.exitCode is the code of a natural end; 'exit' handlers see it and may change it.
function onExit(code) {
  console.log('exit', code, process.exitCode);
  process.exitCode = 6;
}
process.on('exit', onExit);
process.on('exit', (code) => console.log('exit again', code, process.exitCode));
process.on('beforeExit', (code) => console.log('beforeExit', code));
process.exitCode = 5;
console.log('main');
