// An uncaught exception ends the process: 'exit' handlers with code 1, and nothing that was
// queued.
const say = (...words) => () => console.log(...words);
process.on('exit', (code) => console.log('exit', code));
process.on('beforeExit', say('never: beforeExit'));
function thrower() {
  console.log('timer');
  process.nextTick(say('never: tick'));
  queueMicrotask(say('never: microtask'));
  throw new Error('boom');
}
setTimeout(thrower, 1);
setTimeout(say('never: next timer'), 1);
