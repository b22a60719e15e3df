from loopscope.js import *


def sync_example():
    console.log('A')
    setTimeout(lambda: console.log('B'), 0)
    Promise.resolve().then(lambda: console.log('C'))
    console.log('D')


sync_example()
