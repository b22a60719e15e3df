// An interval goes on after it threw. Its ticks wait as those of a timer that throws do.
const say = (...words) => () => console.log(...words);
let n = 0;
function tick() {
  n++;
  console.log('interval', n);
  process.nextTick(say('tick', n));
  if (n === 3) clearInterval(interval);
  throw new Error('in the interval');
}
process.on('uncaughtException', (error, origin) => console.log(error.message, origin));
const interval = setInterval(tick, 5);
