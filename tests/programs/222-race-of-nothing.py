# The race of nothing stays pending for ever, which holds nothing; the others of nothing settle.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('exit', lambda code: console.log('exit', code))
race = Promise.race([])
race.then(say('never')).finally_(say('never'))
console.log(race)
console.log(Promise.all([]))
console.log(Promise.allSettled([]))
Promise.any([]).catch(lambda e: console.log(str(e), e.errors))
setTimeout(lambda: console.log(race), 1)
