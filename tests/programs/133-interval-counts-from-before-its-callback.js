// The next round of an interval is counted from before its callback, not from its end.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
let n = 0;
function tick() {
  n++;
  console.log('interval', n);
  if (n === 2) clearInterval(interval);
  if (n === 1) {
    block(20);
    setTimeout(say('timeout, 20 + 25 ms after the first round began'), 25);
  }
}
const interval = setInterval(tick, 30);
