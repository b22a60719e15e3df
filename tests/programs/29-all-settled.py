from loopscope.js import *

p1 = Promise(lambda resolve: setTimeout(lambda: resolve('done'), 30))
p2 = Promise(lambda _, reject: setTimeout(lambda: reject('failed'), 30))
Promise.all([p1, p2]).catch(lambda err: console.log(err))
Promise.allSettled([p1, p2]).then(lambda results: console.log(results))
