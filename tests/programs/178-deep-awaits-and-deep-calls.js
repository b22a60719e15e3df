// 50,000 nested awaits need no stack; 100,000 nested calls overflow it, which rejects.
let n = 0;
async function loop() {
  if (n < 50000) {
    n++;
    await null;
    await loop();
  }
}
async function rec(k) {
  return k ? rec(k - 1) : 0;
}
loop().then(() => console.log('50k nested awaits ok'));
rec(1e5).catch((e) => console.log('deep sync recursion overflows:', e instanceof RangeError));
