// A finally that awaits delays the return; one that returns or throws replaces what was on its
// way.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function delayed() {
  try {
    return 'the value';
  } finally {
    await null;
    console.log('finally of delayed');
  }
}
async function replaced() {
  try {
    throw 'lost';
  } finally {
    await null;
    return 'the return of finally';
  }
}
async function thrown() {
  try {
    return 'lost too';
  } finally {
    await Promise.reject('the throw of finally');
  }
}
ticks(4);
delayed().then((v) => console.log(v));
replaced().then((v) => console.log(v));
thrown().catch((e) => console.log(e));
