// What a top-level await throws ends the process with code 1; finally runs on the way.
const say = (...words) => () => console.log(...words);
process.on('exit', (code) => console.log('exit', code));
setTimeout(say('never: timer'), 50);
process.nextTick(say('tick'));
try {
  await Promise.reject(new Error('boom'));
} finally {
  console.log('finally');
  queueMicrotask(say('microtask'));
}
