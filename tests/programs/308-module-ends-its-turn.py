# A module's body runs within a turn of the loop, which goes on to its end: what is due runs, although
# nobody waits for it.
from loopscope.js import *


setTimeout(lambda: console.log('timer, unref'), 1).unref()
setTimeout(lambda: console.log('never: timer 500, unref'), 500).unref()
setImmediate(lambda: console.log('immediate, unref')).unref()
await null
block(10)
console.log('body ends')
