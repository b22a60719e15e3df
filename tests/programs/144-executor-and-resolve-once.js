// The executor runs at once; only the first resolve or reject counts; a promise cannot hold
// itself.
function executor(resolve, reject) {
  console.log('executor sync');
  resolve('first');
  reject('no');
  throw new Error('ignored');
}
function lockedIn(resolve, reject) {
  resolve(new Promise((r) => setTimeout(r, 50, 'locked in')));
  reject('too late');
}
new Promise(executor).then((v) => console.log(v));
new Promise(lockedIn).then((v) => console.log(v), (e) => console.log('bug', e));
const self = new Promise((r) => setImmediate(() => r(self)));
self.catch((e) => console.log(e.constructor.name));
console.log('end');
