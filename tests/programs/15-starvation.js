let n = 0;
function again() {
  if (++n < 1000) queueMicrotask(again);
  else console.log('1000 microtasks done');
}
setTimeout(() => console.log('timer, starved until now'), 0);
queueMicrotask(again);
