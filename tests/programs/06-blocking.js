console.log(1);
let n = 0;
setTimeout(() => console.log('timer was due long ago', n), 1);
for (let i = 0; i < 1e6; i++) n++;
console.log(3);
