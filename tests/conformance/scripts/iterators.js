// Iterators are stepped and closed.
const iterable = (steps, fail) => ({ [Symbol.iterator]() {
  let count = 0;
  print('iterator');
  return {
    next() { print('next'); if (fail === count) throw new Error('next fails'); return { value: count++, done: count > steps }; },
    return() { print('return'); return {}; },
  };
} });
class Failing extends Promise { static resolve(value) { if (value === 1) throw new Error('resolve fails'); return super.resolve(value); } }
Promise.all(iterable(2)).then(values => print(values.join()));
Promise.race(iterable(2, 1)).then(print);
Failing.all(iterable(3)).catch(error => print(error.message));
Promise.all(5).catch(error => print(error.name));
Promise.all({ [Symbol.iterator]: 1 }).catch(error => print(error.name));
Promise.all({ [Symbol.iterator]: () => 1 }).catch(error => print(error.name));
Promise.allSettled('ab').then(all => print(JSON.stringify(all)));
