// What the script itself throws ends the process before anything that it queued.
const say = (...words) => () => console.log(...words);
process.on('exit', (code) => console.log('exit', code));
process.nextTick(say('never: tick'));
Promise.resolve().then(say('never: promise'));
setTimeout(say('never: timer'), 1);
console.log('main');
throw new Error('in main');
