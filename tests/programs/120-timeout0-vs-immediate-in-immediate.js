// From an immediate: a due timer runs before the next turn's immediate.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function immediate() {
  setTimeout(say('timeout'), 0);
  setImmediate(say('immediate'));
  block(5);
}
setImmediate(immediate);
