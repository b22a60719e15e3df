// A rejected element ends for await without closing the synchronous iterator (Node 20; its
// return is close in Python).
class It {
  constructor() {
    this.n = 0;
  }
  [Symbol.iterator]() {
    return this;
  }
  next() {
    this.n += 1;
    console.log('next', this.n);
    if (this.n > 3) return { done: true };
    return { value: this.n === 2 ? Promise.reject('bad') : this.n, done: false };
  }
  return() {
    console.log('never: return called');
    return {};
  }
}
async function main() {
  try {
    for await (const v of new It()) console.log('v', v);
  } catch (e) {
    console.log('caught', e);
  }
}
main();
