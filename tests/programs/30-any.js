const after = (v, ms) => new Promise((r) => setTimeout(() => r(v), ms));
(async () => {
  console.log(await Promise.any([after('A', 30), after('B', 10), after('C', 20)]));
  try {
    await Promise.any([Promise.reject('x'), Promise.reject('y')]);
  } catch (err) {
    console.log(err.constructor.name, err.message, err.errors);
  }
})();
