# Timers that are late when the script ends run before the first turn; the turn follows, although
# what they leave would keep nobody waiting.
from loopscope.js import *


setTimeout(lambda: console.log('timer'), 1)
setTimeout(lambda: console.log('never: timer 500, unref'), 500).unref()
setImmediate(lambda: console.log('immediate, unref')).unref()
block(10)
