from loopscope.js import *

target = EventTarget()


def submit_form(event):
    console.log('submitted by', event.type)


target.addEventListener('click', submit_form)
console.log('before')
target.dispatchEvent(Event('click'))
console.log('after')
