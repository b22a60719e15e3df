// refresh() in a timer's own callback runs it again; a fired timer can be refreshed, a cleared
// one not.
const say = (...words) => () => console.log(...words);
let n = 0;
function run() {
  n++;
  console.log('run', n);
  if (n < 3) timer.refresh();
}
const timer = setTimeout(run, 10);
const fired = setTimeout(say('fired'), 1);
const cleared = setTimeout(say('never: cleared'), 1);
clearTimeout(cleared);
function later() {
  console.log('later');
  console.log(fired.refresh() === fired);
  cleared.refresh();
}
setTimeout(later, 80);
