// Lists of different durations run by expiry, whatever the order of setting.
const say = (...words) => () => console.log(...words);
function immediate() {
  setTimeout(say('45 ms list'), 45);
  setTimeout(say('30 ms list'), 30);
  setTimeout(say('15 ms list'), 15);
  setTimeout(say('30 ms list second'), 30);
}
setImmediate(immediate);
