"""What is evaluated first?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def price():
        console.log("price")
        return 3

    def shipping():
        console.log("shipping")
        return 4

    def quote():
        total = price() + shipping()
        console.log("total", total)

    console.log("quote, please")
    quote()
    console.log("thank you")
