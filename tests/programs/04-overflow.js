function foo() {
  foo();
}
try {
  foo();
} catch (err) {
  console.log(err.name + ': ' + err.message);
}
