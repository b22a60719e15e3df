// A list is ordered by when its first timer expires, however long its duration.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function immediate() {
  setTimeout(say('120, expires at 120'), 120);
  block(40);
  setTimeout(say('40, expires at 80'), 40);
  setTimeout(say('120, expires at 160'), 120);
  block(40);
  setTimeout(say('20, expires at 100'), 20);
  setTimeout(say('60, expires at 140'), 60);
}
setImmediate(immediate);
