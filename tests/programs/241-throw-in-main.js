// What the script itself throws, with a handler: what was queued still runs.
const say = (...words) => () => console.log(...words);
function onUncaught(error, origin) {
  console.log('uncaught', error.message, origin);
  setTimeout(say('timer of the handler'), 1);
}
process.on('uncaughtException', onUncaught);
process.on('exit', (code) => console.log('exit', code));
setTimeout(say('timer'), 1);
Promise.resolve().then(say('promise'));
process.nextTick(say('tick'));
console.log('main');
throw new Error('in main');
