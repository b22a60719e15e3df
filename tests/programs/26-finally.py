from loopscope.js import *

(
    Promise.resolve('data')
    .then(lambda data: console.log(data))
    .catch(lambda err: console.log(err))
    .finally_(lambda: console.log('done either way'))
)
(
    Promise.reject('broken')
    .then(lambda data: console.log(data))
    .catch(lambda err: console.log(err))
    .finally_(lambda: console.log('done either way'))
)
