function human() {
  console.log('Inside human function');
}
function animal() {
  human();
  console.log('Inside animal function');
}
animal();
