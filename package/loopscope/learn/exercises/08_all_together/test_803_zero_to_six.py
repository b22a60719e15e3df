"""From zero to six."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def zero():
        console.log(0)
        return Promise.resolve(4)

    Promise.resolve().then(zero).then(console.log)
    five = Promise.resolve().then(lambda: console.log(1)).then(lambda: console.log(2))
    five = five.then(lambda: console.log(3)).then(lambda: console.log(5))
    five.then(lambda: console.log(6))
