// A handler of uncaught exceptions that throws itself ends the process with code 7.
const say = (...words) => () => console.log(...words);
function onUncaught(error) {
  console.log('uncaught', error.message);
  throw new Error('in the handler');
}
process.on('uncaughtException', onUncaught);
process.on('exit', (code) => console.log('exit', code));
function thrower() {
  throw new Error('in a timer');
}
setTimeout(thrower, 1);
setTimeout(say('never: second timer'), 1);
