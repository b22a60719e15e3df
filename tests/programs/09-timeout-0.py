from loopscope.js import *

console.log(1)
setTimeout(lambda: console.log(2), 0)
console.log(3)
