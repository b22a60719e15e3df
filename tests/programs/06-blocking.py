from loopscope.js import *

console.log(1)
n = 0
setTimeout(lambda: console.log('timer was due long ago', n), 1)
for i in range(1_000_000):
    n += 1
console.log(3)
