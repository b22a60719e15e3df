from loopscope.js import *


def foo():
    foo()


try:
    foo()
except RecursionError:
    # Python's class and words differ: this line maps them to what JavaScript says.
    console.log('RangeError: Maximum call stack size exceeded')
