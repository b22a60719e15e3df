from loopscope.js import *


def two():
    console.log(4)


def one():
    two()


one()
