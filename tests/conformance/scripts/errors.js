// Errors keep what they are.
for (const wrong of [undefined, 5, {}, 'x']) {
  try { new Promise(wrong); } catch (error) { print(error instanceof TypeError, error.message); }
}
try { Promise(() => {}); } catch (error) { print(error.name); }
try { Promise.resolve.call(undefined, 1); } catch (error) { print(error.name); }
try { Promise.prototype.then.call({}, 1); } catch (error) { print(error.name); }
const self = new Promise(resolve => setTimeout(() => resolve(self), 1));
self.catch(error => print(error.name, error === error));
Promise.any([Promise.reject(1), Promise.reject('two')]).catch(error =>
  print(error instanceof AggregateError, error.errors.join(), error.message));
Promise.any([]).catch(error => print(error.errors.length));
