// Promise.resolve gives a promise back as it is; reject never does; then always makes a new one.
const p = Promise.resolve(1);
const rejected = Promise.reject(p);
console.log(Promise.resolve(p) === p, p.then() === p, p.finally() === p, rejected === p);
rejected.catch((reason) => console.log('the reason is the promise itself:', reason === p));
async function f() {
  return p;
}
console.log(f() === p);
new Promise((_, reject) => reject(p)).catch((reason) => console.log('and here:', reason === p));
