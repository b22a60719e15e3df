// An interval is armed again before the microtasks of its callback run.
const say = (...words) => () => console.log(...words);
let n = 0;
function tick() {
  n++;
  console.log('interval', n);
  if (n === 1) Promise.resolve().then(() => setTimeout(say('timeout made in microtask'), 2));
  if (n === 2) clearInterval(interval);
}
const interval = setInterval(tick, 2);
