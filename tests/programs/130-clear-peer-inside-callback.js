// A callback clears its peers, itself, an interval's twin, an immediate; by object, number and
// string.
const say = (...words) => () => console.log(...words);
function runA() {
  console.log('a');
  clearTimeout(b);
  clearTimeout(a);
  clearInterval(c);
}
const a = setTimeout(runA, 1);
const b = setTimeout(say('b never'), 1);
const c = setTimeout(say('c never (clearInterval works)'), 1);
function later() {
  function runD() {
    console.log('d');
    clearImmediate(e);
  }
  setImmediate(runD);
  const e = setImmediate(say('e never'));
  clearTimeout(+f);
  clearTimeout(String(+g));
}
setTimeout(later, 5);
const f = setTimeout(say('f never (numeric id)'), 200);
const g = setTimeout(say('g never (string id)'), 200);
