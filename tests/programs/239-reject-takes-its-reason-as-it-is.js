// reject never looks into its reason: a thenable or a promise is handed on unopened.
class Thenable {
  then() {
    console.log('never: then is called');
  }
}
const thenable = new Thenable();
const promise = Promise.resolve('inner');
async function f() {
  try {
    await Promise.reject(promise);
  } catch (e) {
    console.log('await throws the promise:', e === promise, await e);
  }
}
Promise.reject(thenable).catch((r) => console.log('the thenable:', r === thenable));
Promise.reject(promise).catch((r) => console.log('the promise:', r === promise));
Promise.reject(undefined).catch((r) => console.log('undefined:', r));
Promise.reject().catch((r) => console.log('nothing:', r));
f();
