from loopscope.js import *

console.log('Start')


def inside():
    console.log('Inside timeout')


setTimeout(inside, 1000)
console.log('End')
