// for await left early closes a synchronous generator too: its finally runs.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
function* g(name) {
  try {
    yield 1;
    yield Promise.resolve(2);
    yield 3;
  } finally {
    console.log(name, 'finally');
  }
}
async function breaks() {
  for await (const v of g('a')) {
    console.log('a', v);
    if (v === 2) break;
  }
  console.log('a', 'after the loop');
}
async function throws() {
  for await (const v of g('b')) throw v;
}
async function completes() {
  for await (const v of g('c')) console.log('c', v);
  console.log('c', 'after the loop');
}
ticks(14);
breaks();
throws().catch((v) => console.log('b', 'threw', v));
completes();
