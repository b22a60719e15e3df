// return and throw wait in the same queue as next, and run finally on their way.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g(name) {
  try {
    yield 1;
    yield 2;
  } catch (e) {
    console.log(name, 'caught', e);
    yield 3;
  } finally {
    console.log(name, 'finally');
  }
}
function show(name) {
  return (r) => console.log(name, r);
}
ticks(8);
const a = g('a');
a.next().then(show('a next'));
a.return('r').then(show('a return'));
a.next().then(show('a next'));
const b = g('b');
b.next().then(show('b next'));
b.throw('t').then(show('b throw'));
b.next().then(show('b next'));
b.next().then(show('b next'));
