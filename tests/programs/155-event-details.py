# An event's fields; detail; preventDefault needs cancelable; the same listener is added once.
from loopscope.js import *

t = EventTarget()


def show(event):
    console.log(event.type, event.detail, event.cancelable, event.target is t)
    event.preventDefault()


t.addEventListener('order', show)
t.addEventListener('order', show)
console.log(t.dispatchEvent(CustomEvent('order', {'detail': 42})))
console.log(t.dispatchEvent(CustomEvent('order', {'detail': 'pizza', 'cancelable': True})))
event = Event('nobody listens', {'cancelable': True})
console.log(t.dispatchEvent(event), event.defaultPrevented)
