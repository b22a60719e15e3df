// An async function never throws to its caller, not even before its first await.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function fails() {
  console.log('runs at once');
  throw new Error('thrown before any await');
}
async function failsLater() {
  await null;
  throw 'thrown after an await';
}
ticks(3);
const p = fails();
console.log('the caller goes on');
p.catch((e) => console.log('1:', e.message));
failsLater().catch((e) => console.log('2:', e));
