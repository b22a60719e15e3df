"""Who is home first?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    setTimeout(lambda: console.log("tortoise"), 30)
    setTimeout(lambda: console.log("hare"), 10)
    setTimeout(lambda: console.log("snail"), 40)
    setTimeout(lambda: console.log("start"), 0)
    console.log("ready")
