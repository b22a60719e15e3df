// return before the start never runs the body; after the end it still gives its value, awaited.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g() {
  console.log('never: body');
  yield 1;
}
function show(name) {
  return (r) => console.log(name, r);
}
ticks(5);
const it = g();
it.return('early').then(show('return'));
it.next().then(show('next'));
it.return(Promise.resolve('late')).then(show('return of a promise'));
it.return(Promise.reject('no')).catch(show('return of a rejected one'));
it.next().then(show('next'));
