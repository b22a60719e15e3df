const p1 = new Promise((resolve) => setTimeout(() => resolve('done'), 30));
const p2 = new Promise((_, reject) => setTimeout(() => reject('failed'), 30));
Promise.all([p1, p2]).catch((err) => console.log(err));
Promise.allSettled([p1, p2]).then((results) => console.log(results));
