const promise = Promise.resolve('it worked');
promise
  .then((result) => result + '!')
  .then((result) => result + '?')
  .then((result) => console.log(result))
  .catch((err) => console.log(err));
