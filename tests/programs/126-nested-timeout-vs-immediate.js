// Timers first (all that are due), then immediates, then the timer that was set meanwhile.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function outer() {
  console.log('outer');
  setTimeout(say('nested timeout'), 0);
  setImmediate(say('immediate'));
}
setTimeout(outer, 0);
setTimeout(say('sibling'), 0);
block(5);
