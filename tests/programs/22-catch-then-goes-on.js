Promise.reject('it broke')
  .then(() => console.log('skipped'))
  .catch((err) => console.log('caught', err))
  .then(() => console.log('still runs'));
