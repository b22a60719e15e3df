// What an executor throws rejects, unless it resolved before; an executor that is no function
// throws.
function throws() {
  throw new Error('in the executor');
}
function resolvesAndThrows(resolve) {
  resolve('resolved before');
  throw new Error('ignored');
}
new Promise(throws).catch((e) => console.log('rejected:', e.message));
new Promise(resolvesAndThrows).then((v) => console.log(v));
for (const executor of [undefined, null, 1, 'x']) {
  try {
    new Promise(executor);
  } catch (e) {
    console.log(e.constructor.name);
  }
}
