// Reactions are queued, and by C.
print('a');
new Promise((resolve, reject) => { print('b'); resolve(1); reject(2); resolve(3); print('c'); })
  .then(value => { print('f', value); return Promise.resolve('x'); })
  .then(value => print('j', value));
Promise.resolve().then(() => print('g')).then(() => print('h')).then(() => print('i')).then(() => print('k'));
print('d'); setTimeout(() => print('m'), 5); setTimeout(() => print('l'), 1); print('e');
