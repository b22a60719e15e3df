// One after the other, by a reduce, by a loop and by a chain: in step.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
const log = [];
function step(name) {
  return () => log.push(name);
}
async function byLoop() {
  for (const n of [1, 2, 3]) {
    await null;
    log.push('loop ' + n);
  }
}
let chain = Promise.resolve();
for (const n of [1, 2, 3]) chain = chain.then(step('chain ' + n));
byLoop();
[1, 2, 3].reduce((p, n) => p.then(step('reduce ' + n)), Promise.resolve());
ticks(3);
setTimeout(() => console.log(log), 1);
