const target = new EventTarget();
function submitForm(event) {
  console.log('submitted by', event.type);
}
target.addEventListener('click', submitForm);
console.log('before');
target.dispatchEvent(new Event('click'));
console.log('after');
