from loopscope.js import *


def event_loop_example():
    console.log('First console')

    def second():
        console.log('Second console')

    setTimeout(second, 0)
    console.log('Third console')


event_loop_example()
