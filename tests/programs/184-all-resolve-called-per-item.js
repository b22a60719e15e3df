// all and race call their class's resolve for each item; await never does.
class P extends Promise {
  static resolve(v) {
    console.log('resolve called', v);
    return super.resolve(v);
  }
}
async function f() {
  await P.reject(4).catch(() => 5);
  console.log('await does not call resolve');
}
P.all([1, 2]).then((v) => console.log(v));
P.race([3]);
f();
