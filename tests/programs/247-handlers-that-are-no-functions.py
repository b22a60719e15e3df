# then ignores what is no function, and the value passes through.
from loopscope.js import *

Promise.resolve('value').then(5, 'x').then(null, None).then(lambda v: console.log(v))
Promise.reject('reason').then('x', null).catch(7).catch(lambda r: console.log(r))
Promise.resolve('finally').finally_('no function').then(lambda v: console.log(v))
