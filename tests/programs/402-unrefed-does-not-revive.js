// What beforeExit starts and unrefs does not keep the program alive: neither a timer, an interval nor an immediate.
let count = 0;
process.on('beforeExit', () => {
  console.log('beforeExit', ++count);
  setTimeout(() => console.log('never: a timer'), 1).unref();
  setInterval(() => console.log('never: an interval'), 1).unref();
  setImmediate(() => console.log('never: an immediate')).unref();
});
setTimeout(() => console.log('never: unrefed from the start'), 60_000).unref();
setImmediate(() => {
  console.log('immediate');
  setImmediate(() => console.log('never: an immediate of an immediate')).unref();
});
