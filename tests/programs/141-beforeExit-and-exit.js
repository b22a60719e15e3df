// beforeExit may revive the loop; after a natural end the promise jobs of 'exit' handlers still
// run, their ticks and timers do not.
const say = (...words) => () => console.log(...words);
let n = 0;
function onBeforeExit(code) {
  console.log('beforeExit', code);
  if (n < 2) {
    n++;
    setTimeout(say('revived', n), 1);
  }
}
function onExit(code) {
  console.log('exit', code);
  setTimeout(say('never: timer'));
  process.nextTick(say('never: tick'));
  Promise.resolve().then(say('promise job')).then(say('and the next one'));
}
process.on('beforeExit', onBeforeExit);
process.on('exit', onExit);
console.log('main');
