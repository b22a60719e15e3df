// The combinators take any iterable; what is none rejects, as does one that throws on the way.
function* values() {
  yield 1;
  yield Promise.resolve(2);
}
function* throwsOnTheWay() {
  yield 1;
  throw new Error('on the way');
}
Promise.all(values()).then((v) => console.log(v));
Promise.all('ab').then((v) => console.log(v));
Promise.all(new Set([3, 4])).then((v) => console.log(v));
Promise.all([values, Promise]).then((v) => console.log(v.length));
Promise.all(throwsOnTheWay()).catch((e) => console.log('all', e.message));
Promise.any(throwsOnTheWay()).catch((e) => console.log('any', e.message));
for (const it of [undefined, 5]) {
  Promise.all(it).catch((e) => console.log('all', e.constructor.name));
  Promise.race(it).catch((e) => console.log('race', e.constructor.name));
}
console.log('end');
