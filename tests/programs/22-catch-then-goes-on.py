from loopscope.js import *

(
    Promise.reject('it broke')
    .then(lambda: console.log('skipped'))
    .catch(lambda err: console.log('caught', err))
    .then(lambda: console.log('still runs'))
)
