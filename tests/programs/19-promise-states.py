from loopscope.js import *

pending = Promise(lambda: None)
fulfilled = Promise(lambda resolve, reject: resolve('it worked'))
rejected = Promise(lambda resolve, reject: reject('it broke'))
rejected.catch(lambda: None)
console.log(pending)
console.log(fulfilled)
console.log(rejected)
