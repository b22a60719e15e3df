// throw before the start or after the end rejects; while the body awaits, it waits its turn.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g(name) {
  console.log(name, 'body');
  await null;
  console.log(name, 'goes on');
  yield 1;
  console.log('never: after the yield');
}
function show(name) {
  return (r) => console.log(name, r);
}
ticks(6);
const a = g('never: a');
a.throw('early').catch(show('a throw'));
a.next().then(show('a next'));
a.throw('late').catch(show('a throw again'));
const b = g('b');
b.next().then(show('b next'));
b.throw('t').catch(show('b throw'));
b.next().then(show('b next again'));
