# A listener may be an object with handleEvent, looked up when the event comes.
from loopscope.js import *

t = EventTarget()


class Counter:
    def __init__(self):
        self.n = 0

    def handleEvent(self, event):
        self.n += 1
        console.log(event.type, self.n)


counter = Counter()
t.addEventListener('x', counter)
t.addEventListener('y', counter, {'once': True})
t.dispatchEvent(Event('x'))
t.dispatchEvent(Event('y'))
t.dispatchEvent(Event('y'))
t.removeEventListener('x', counter)
t.dispatchEvent(Event('x'))
t.addEventListener('x', null)
t.dispatchEvent(Event('x'))
console.log('end')
