// finally keeps the value or reason, unless it throws or returns a promise that rejects.
function throwThree() {
  throw 3;
}
Promise.resolve(1).finally(() => 2).then((v) => console.log('keeps', v));
Promise.reject(1).finally(() => 2).catch((v) => console.log('keeps reason', v));
Promise.resolve(1).finally(throwThree).catch((v) => console.log('throw wins', v));
Promise.reject(1)
  .finally(() => Promise.reject(4))
  .catch((v) => console.log('rejected return wins', v));
Promise.resolve(1).finally((...a) => console.log('args', a.length));
