setTimeout(() => console.log('task'), 0);
queueMicrotask(() => {
  console.log('microtask 1');
  queueMicrotask(() => console.log('microtask 2, queued by 1'));
});
console.log('script');
