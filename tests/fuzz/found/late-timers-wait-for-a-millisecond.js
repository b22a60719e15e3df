// Timers that are overdue when others have run wait for one more millisecond: immediates of two
// turns come first. Only a clock that was read shows that they are: setTimeout reads it.
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
setTimeout(() => {
  console.log('timer 1');
  block(20);
  setTimeout(() => console.log('timer 50'), 50);
  setImmediate(() => {
    console.log('immediate');
    setImmediate(() => console.log('immediate of the next turn'));
  });
}, 1);
setTimeout(() => console.log('timer 10, overdue'), 10);
