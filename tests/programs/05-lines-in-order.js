console.log(1);
console.log(2);
console.log(3);
