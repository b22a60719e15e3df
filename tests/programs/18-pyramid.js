function movePlayer(amount, direction, callback) {
  setTimeout(() => {
    console.log(direction, amount);
    callback();
  }, 1);
}
movePlayer(100, 'Left', function () {
  movePlayer(400, 'Left', function () {
    movePlayer(10, 'Right', function () {
      movePlayer(330, 'Left', function () {
        console.log('there');
      });
    });
  });
});
