from loopscope.js import *


def greet():
    console.log('Hello!')


def start():
    greet()


start()
