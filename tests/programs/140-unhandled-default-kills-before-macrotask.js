// Without a handler an unhandled rejection ends the process before any timer or immediate.
const say = (...words) => () => console.log(...words);
process.on('exit', (code) => console.log('exit', code));
Promise.reject(new Error('boom'));
process.nextTick(say('nextTick'));
Promise.resolve().then(say('micro')).then(say('micro2'));
setTimeout(say('never'));
setImmediate(say('never'));
