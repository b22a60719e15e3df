// for await over an object of one's own, whose next is an async method: one tick for each
// element.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
class Countdown {
  constructor(n) {
    this.n = n;
  }
  [Symbol.asyncIterator]() {
    console.log('iterator');
    return this;
  }
  async next() {
    console.log('next');
    if (this.n === 0) return { done: true };
    this.n -= 1;
    return { value: this.n, done: false };
  }
}
async function main() {
  for await (const v of new Countdown(2)) console.log(v);
  console.log('after the loop');
}
ticks(6);
main();
