// race, any and allSettled cost two ticks as all does; any of [] rejects at once.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
const thenable = { then: (f) => f(2) };
ticks(5);
Promise.race([Promise.resolve()]).then(say('race'));
Promise.any([Promise.resolve()]).then(say('any ok'));
Promise.any([Promise.reject(1), Promise.reject(2)]).catch((e) => console.log('any fail', e.errors));
Promise.allSettled([Promise.resolve(), Promise.reject(0)]).then(say('allSettled'));
Promise.any([]).catch((e) => console.log('any []', e.constructor.name, e.errors.length));
Promise.race([1, thenable]).then((v) => console.log('race got', v));
