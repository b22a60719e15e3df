// Subclasses are constructed by C.
class Sub extends Promise { constructor(executor) { print('new'); super(executor); } }
const promise = Sub.resolve(1);
print(promise instanceof Sub, promise.constructor === Sub, Sub.resolve(promise) === promise, Promise.resolve(promise) === promise);
const next = promise.then(value => print('then', value));
print(next instanceof Sub, promise.finally(() => {}) instanceof Sub);
function Odd(executor) { executor(value => print('odd', value), () => {}); }
print(Promise.resolve.call(Odd, 7) instanceof Odd);
try { Promise.resolve.call(function (executor) { executor(1, 2); }); } catch (error) { print(error.name); }
Object.defineProperty(Sub, Symbol.species, { value: Promise });
print(promise.then() instanceof Sub);
