// A chain of ticks runs to its end before any promise or timer.
const say = (...words) => () => console.log(...words);
let n = 0;
function again() {
  if (n < 3) {
    n++;
    console.log('tick', n);
    process.nextTick(again);
  }
}
setTimeout(say('timeout'));
Promise.resolve().then(say('promise'));
process.nextTick(again);
