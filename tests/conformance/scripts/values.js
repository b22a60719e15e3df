// Values cross and come back.
const symbol = Symbol(), object = {}, error = new RangeError('no');
const values = [undefined, null, true, -0, NaN, 1e21, 0.5, 'a\u{1F600}\ud800', symbol, 12n, object, error, print];
Promise.all(values).then(all => {
  print(all.length, all.every((value, i) => Object.is(value, values[i])));
  print(all.map(value => Object.is(value, values[all.indexOf(value)]) || value !== value).join());
});
Promise.reject(error).catch(reason => print(reason === error, reason instanceof RangeError));
