// Async loops take turns at each await.
async function f(n) {
  for (let i = 0; i < 3; i++) {
    console.log(n, i);
    await null;
  }
}
async function inSequence() {
  for (const x of ['c', 'd']) await f(x);
}
f('a');
f('b');
inSequence();
