const pending = new Promise(() => {});
const fulfilled = new Promise((resolve, reject) => resolve('it worked'));
const rejected = new Promise((resolve, reject) => reject('it broke'));
rejected.catch(() => {});
console.log(pending);
console.log(fulfilled);
console.log(rejected);
