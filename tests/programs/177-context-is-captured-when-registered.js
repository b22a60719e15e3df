// The context of a callback is the one in which it was registered, not the one which resolved
// it. (AsyncLocalStorage here, contextvars in Python.)
const { AsyncLocalStorage } = require('node:async_hooks');
const storage = new AsyncLocalStorage();
function run(value, fn) {
  return storage.run(value, fn);
}
function show(name) {
  return () => console.log(name, storage.getStore());
}
let resolve;
const p = new Promise((r) => (resolve = r));
async function f() {
  show('async function, before await')();
  await p;
  show('async function, after await')();
}
run('where registered', () => p.then(show('then')));
run('where called', f);
run('where set', () => setTimeout(show('timeout'), 1));
run('where set', () => setTimeout(show('timeout 20'), 20));
run('where queued', () => queueMicrotask(show('microtask')));
run('where queued', () => process.nextTick(show('tick')));
run('where resolved', () => resolve());
show('outside')();
