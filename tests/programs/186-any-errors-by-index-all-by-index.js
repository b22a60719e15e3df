// The errors of any and the values of all stand in the order of the items, not of their
// settling.
const good = (ms, v) => new Promise((resolve) => setTimeout(() => resolve(v), ms));
const bad = (ms, v) => new Promise((_, reject) => setTimeout(() => reject(v), ms));
Promise.any([bad(30, 'slow'), bad(10, 'fast')]).catch((e) => console.log(e.errors));
Promise.all([good(60, 'slow'), good(20, 'fast'), 3]).then((v) => console.log(v));
