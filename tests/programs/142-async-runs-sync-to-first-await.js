// An async function runs at once, up to its first await.
const say = (...words) => () => console.log(...words);
async function f(n) {
  console.log('f' + n + ' start');
  await null;
  console.log('f' + n + ' 1');
  await null;
  console.log('f' + n + ' 2');
}
console.log('a');
f(1);
console.log('b');
f(2);
console.log('c');
Promise.resolve().then(say('p1')).then(say('p2'));
