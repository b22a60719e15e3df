// Unref'd timers run while something else holds the loop, and hold nothing themselves.
const say = (...words) => () => console.log(...words);
let n = 0;
function tick() {
  n++;
  console.log('interval', n);
  if (n === 2) clearInterval(i);
}
const i = setInterval(tick, 10);
console.log(i.hasRef(), i.unref() === i, i.hasRef());
const t = setTimeout(say('never: unref timeout'), 500).unref();
const back = setTimeout(say('ref again'), 150).unref().ref();
const immediate = setImmediate(() => {});
console.log(t.hasRef(), back.hasRef(), immediate.hasRef(), immediate.unref().ref() === immediate);
const closed = setTimeout(say('never: closed'), 1);
console.log(closed.close() === closed);
