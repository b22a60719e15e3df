// An interval that is late runs once, not as often as it missed.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
let n = 0;
function tick() {
  n++;
  console.log('interval', n);
  if (n === 3) clearInterval(interval);
}
const interval = setInterval(tick, 40);
setTimeout(() => block(200), 1);
setTimeout(say('timer at 260'), 260);
