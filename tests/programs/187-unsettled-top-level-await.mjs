// A top-level await that never settles ends the process with code 13 when nothing else is left.
const say = (...words) => () => console.log(...words);
process.on('exit', (code) => console.log('exit', code));
setTimeout(say('the timer still runs'), 1);
console.log('before');
try {
  await new Promise(() => {});
  console.log('never: after');
} finally {
  console.log('never: finally');
}
