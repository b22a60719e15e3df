// A then or catch that has nothing to do still costs its tick.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
ticks(4);
Promise.resolve('v').catch(say('never')).then((v) => console.log('through catch: 2', v));
Promise.resolve('v').then().then((v) => console.log('through then(): 2', v));
Promise.reject('r').then(say('never')).catch((r) => console.log('through then: 2', r));
Promise.reject('r').then().then().catch((r) => console.log('through two: 3', r));
