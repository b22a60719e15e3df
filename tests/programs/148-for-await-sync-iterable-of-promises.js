// for await over a synchronous iterable awaits each element; a rejected one does not close the
// iterator in Node 20.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
function* bad() {
  try {
    yield Promise.reject('bad');
    yield 1;
  } finally {
    console.log('finally of the synchronous generator');
  }
}
const held = bad();
async function good() {
  const soon = new Promise((r) => queueMicrotask(() => r('c')));
  for await (const v of [Promise.resolve('a'), 'b', soon]) console.log(v);
}
async function fails() {
  try {
    for await (const v of held) console.log(v);
  } catch (e) {
    console.log('caught', e);
    console.log('not closed:', held.next().value);
    held.return();
  }
}
ticks(7);
good();
fails();
