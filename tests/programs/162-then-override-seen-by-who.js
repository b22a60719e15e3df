// Who calls an overridden then: resolve(p), all and await of a subclass do.
class P extends Promise {
  then(f, r) {
    console.log('own then');
    return super.then(f, r);
  }
}
const p = P.resolve(1);
async function f() {
  await p;
  console.log('await');
}
console.log('await:');
f();
console.log('all:');
Promise.all([p]).then(() => console.log('all'));
console.log('resolve of another class:');
Promise.resolve(p).then(() => console.log('Promise.resolve'));
console.log('resolve of its own class:');
console.log(P.resolve(p) === p);
console.log('resolve(p):');
new Promise((r) => r(p)).then(() => console.log('resolve(p)'));
console.log('end');
