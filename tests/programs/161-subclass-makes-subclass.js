// then, catch, finally and the statics of a subclass make its instances; an async function does
// not.
class Q extends Promise {}
const q = Q.resolve(1);
async function f() {
  return q;
}
console.log(q instanceof Q, q.then() instanceof Q);
console.log(q.catch() instanceof Q, q.finally() instanceof Q);
console.log(Q.all([]) instanceof Q, Q.race([]) instanceof Q, Q.allSettled([]) instanceof Q);
console.log(f() instanceof Q, f() instanceof Promise);
console.log(Q.resolve(q) === q, Promise.resolve(q) === q, Promise.resolve(q) instanceof Q);
