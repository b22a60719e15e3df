// allSettled never rejects; its results stand in the order of the items.
class Rejects {
  then(resolve, reject) {
    reject('by a thenable');
  }
}
function show(results) {
  for (const { status, value, reason } of results) console.log(status, value, reason);
}
const later = new Promise((_, reject) => setTimeout(reject, 5, 'later'));
Promise.allSettled([later, Promise.reject('at once'), new Rejects(), 'a value', later]).then(show);
Promise.allSettled([Promise.reject('x')]).then((results) => console.log(results));
