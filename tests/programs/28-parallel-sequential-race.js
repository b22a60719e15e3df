const make = (v, ms) => () => new Promise((r) => setTimeout(() => { console.log('finished', v); r(v); }, ms));
const promiseA = make('a', 30), promiseB = make('b', 10), promiseC = make('c', 20);
async function parallel() {
  const [a, b, c] = await Promise.all([promiseA(), promiseB(), promiseC()]);
  return { a, b, c };
}
async function sequential() {
  const a = await promiseA();
  const b = await promiseB();
  const c = await promiseC();
  return { a, b, c };
}
async function race() {
  return await Promise.race([promiseA(), promiseB(), promiseC()]);
}
(async () => {
  console.log(await parallel());
  console.log(await sequential());
  console.log(await race());
})();
