// Clearing nothing, nonsense or a timer that is gone does nothing; clear functions of timers are
// twins.
const say = (...words) => () => console.log(...words);
clearTimeout();
clearTimeout(undefined);
clearTimeout(null);
clearTimeout('nonsense');
clearTimeout(123456789);
clearImmediate(undefined);
const gone = setTimeout(say('gone'), 100);
const interval = setInterval(say('never: interval'), 10);
clearTimeout(interval);
clearTimeout(interval);
const immediate = setImmediate(say('immediate: clearTimeout does not know it'));
clearTimeout(immediate);
function last() {
  clearTimeout(gone);
  clearInterval(gone);
  console.log('end');
}
setTimeout(last, 150);
