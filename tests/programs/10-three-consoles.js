function eventLoopExample() {
  console.log('First console');
  setTimeout(function () {
    console.log('Second console');
  }, 0);
  console.log('Third console');
}
eventLoopExample();
