// Thenables are asked once, later.
let count = 0;
const thenable = { get then() { print('get', ++count); return function (resolve) { print(this === thenable); resolve('value'); }; } };
Promise.resolve(thenable).then(print);
print('sync');
Promise.resolve({ get then() { throw 'poison'; } }).catch(reason => print(reason));
Promise.prototype.catch.call({ then(a, b) { print(a, typeof b); } }, () => {});
print(Promise.prototype.finally.call({ then(a, b) { return [typeof a, typeof b, a === b].join(); } }, () => {}));
