// What a thenable throws before it resolved rejects, after it resolved is ignored; it may
// resolve later, with another thenable.
class ThrowsFirst {
  then() {
    throw new Error('before resolving');
  }
}
class ThrowsLater {
  then(resolve) {
    resolve('resolved');
    throw new Error('ignored');
  }
}
class ResolvesLater {
  then(resolve) {
    setTimeout(resolve, 1, new ThrowsLater());
  }
}
class ThrowsLocked {
  then(resolve) {
    resolve(new ResolvesLater());
    throw new Error('ignored too, though not settled yet');
  }
}
Promise.resolve(new ThrowsFirst()).catch((e) => console.log('rejected:', e.message));
Promise.resolve(new ThrowsLater()).then((v) => console.log('1:', v));
Promise.resolve(new ThrowsLocked()).then((v) => console.log('2:', v));
Promise.resolve()
  .then(() => new ThrowsFirst())
  .catch((e) => console.log('rejected later:', e.message));
