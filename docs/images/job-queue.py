from loopscope.js import *

setTimeout(lambda: console.log('one is the loneliest number'), 0)
setTimeout(lambda: console.log('two can be as bad as one'), 10)

async def greet():
    console.log('hi,', await Promise.resolve('there'))

greet()
console.log('three is a crowd')
