// A thenable that answers twice is counted once by all and allSettled, though nothing stands
// between (a subclass whose resolve gives every value back as it is).
class Bare extends Promise {
  static resolve(v) {
    return v;
  }
}
class Twice {
  constructor(value) {
    this.value = value;
  }
  then(resolve) {
    resolve(this.value);
    resolve('again');
  }
}
class Late {
  then(resolve) {
    setTimeout(resolve, 5, 'late');
  }
}
Promise.all([new Twice('twice'), new Late()]).then((v) => console.log('all', v));
Bare.all([new Twice('twice'), new Late()]).then((v) => console.log('bare all', v));
Bare.allSettled([new Twice('twice'), new Late()]).then((v) => console.log('bare allSettled', v));
Bare.race([new Twice('twice'), new Late()]).then((v) => console.log('bare race', v));
console.log('end');
