from loopscope.js import *

setTimeout(lambda: console.log('one is the loneliest number'), 0)
setTimeout(lambda: console.log('two can be as bad as one'), 10)
Promise.resolve().then(lambda: console.log('hi'))
console.log('three is a crowd')
