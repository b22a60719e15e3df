# refresh() moves a timer, but not its list: that keeps the expiry of its first days, and may run
# before a list that was to expire in between. A timer that is over, cleared then and refreshed is
# waited for all the same, and its list with it; it calls nothing.
from loopscope.js import *

a = setTimeout(lambda: console.log('a'), 40)
block(20)
a.refresh()
setTimeout(lambda: console.log('b'), 30)
block(60)

over = setTimeout(lambda: console.log('over'), 45)


def late():
    clearTimeout(over)
    over.refresh()
    block(20)
    setTimeout(lambda: console.log('c'), 45)
    setTimeout(lambda: console.log('d'), 35)
    block(70)


setTimeout(late, 100)
