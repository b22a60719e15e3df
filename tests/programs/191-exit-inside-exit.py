# process.exit inside an 'exit' handler ends at once, with its own code: later handlers do not
# run.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_exit(code):
    console.log('exit', code)
    process.exit(4)


process.on('exit', on_exit)
process.on('exit', say('never: second handler'))
setTimeout(say('timer'), 1)
