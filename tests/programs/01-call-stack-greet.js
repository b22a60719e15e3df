function greet() {
  console.log('Hello!');
}
function start() {
  greet();
}
start();
