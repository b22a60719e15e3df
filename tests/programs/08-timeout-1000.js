console.log('Start');
setTimeout(() => {
  console.log('Inside timeout');
}, 1000);
console.log('End');
