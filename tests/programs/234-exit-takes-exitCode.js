// process.exit() without a code ends with process.exitCode. In a microtask it stops the others.
const say = (...words) => () => console.log(...words);
function leave() {
  console.log('microtask 1');
  process.exitCode = 9;
  process.exit();
}
process.on('exit', (code) => console.log('exit', code));
queueMicrotask(leave);
queueMicrotask(say('never: microtask 2'));
process.nextTick(say('tick'));
setImmediate(say('never: immediate'));
