# The context of a callback is the one in which it was registered, not the one which resolved it.
# (AsyncLocalStorage in JavaScript, contextvars here.)
from contextvars import ContextVar, copy_context

from loopscope.js import *

storage = ContextVar('storage', default=None)


def run(value, fn):
    def inside():
        storage.set(value)
        return fn()

    return copy_context().run(inside)


def show(name):
    return lambda: console.log(name, storage.get())


def keep(r):
    global resolve
    resolve = r


p = Promise(keep)


async def f():
    show('async function, before await')()
    await p
    show('async function, after await')()


run('where registered', lambda: p.then(show('then')))
run('where called', f)
run('where set', lambda: setTimeout(show('timeout'), 1))
run('where set', lambda: setTimeout(show('timeout 20'), 20))
run('where queued', lambda: queueMicrotask(show('microtask')))
run('where queued', lambda: process.nextTick(show('tick')))
run('where resolved', lambda: resolve())
show('outside')()
