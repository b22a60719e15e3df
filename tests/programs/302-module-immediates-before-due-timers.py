# A module's body runs in a poll phase, when its file has been read: immediates come first, however
# late the timers are.
from loopscope.js import *


setTimeout(lambda: console.log('timer'), 0)
setImmediate(lambda: console.log('immediate'))
await null
block(10)
console.log('body ends')
