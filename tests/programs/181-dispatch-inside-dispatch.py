# A listener that dispatches another event waits for its listeners; the same event cannot be
# nested.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


t = EventTarget()


def outer(event):
    console.log('outer begins')
    t.dispatchEvent(Event('inner'))
    try:
        t.dispatchEvent(event)
    except Exception:
        console.log('the event is already being dispatched')
    console.log('outer ends')


t.addEventListener('outer', outer)
t.addEventListener('inner', say('inner'))
t.addEventListener('outer', say('second listener'))
event = Event('outer')
t.dispatchEvent(event)
t.removeEventListener('outer', outer)
console.log('again, when it is over:')
t.dispatchEvent(event)
