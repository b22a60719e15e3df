// then ignores what is no function, and the value passes through.
Promise.resolve('value').then(5, 'x').then(null, undefined).then((v) => console.log(v));
Promise.reject('reason').then('x', null).catch(7).catch((r) => console.log(r));
Promise.resolve('finally').finally('no function').then((v) => console.log(v));
