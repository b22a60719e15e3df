// A timer starts at the time of the call, not at the time when its task began.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function immediate() {
  setTimeout(say('40 ms, set at once'), 40);
  block(30);
  setTimeout(say('30 ms, set after blocking for 30'), 30);
}
setImmediate(immediate);
