Promise.resolve('data')
  .then((data) => console.log(data))
  .catch((err) => console.log(err))
  .finally(() => console.log('done either way'));
Promise.reject('broken')
  .then((data) => console.log(data))
  .catch((err) => console.log(err))
  .finally(() => console.log('done either way'));
