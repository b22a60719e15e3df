from loopscope.js import *

promise = Promise.resolve('it worked')
promise.then(lambda result: console.log(result)).catch(lambda err: console.log(err))
