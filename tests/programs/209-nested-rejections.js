// Handlers that reject anew: each end of a chain that nobody handles is reported once.
const say = (...words) => () => console.log(...words);
function fail(reason) {
  throw reason;
}
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
const p = Promise.reject('a');
p.then(say('never'));
p.catch((r) => fail(r + ', caught, b'));
p.finally(() => fail('c, instead of a'));
p.catch((r) => Promise.reject(r + ', caught, d')).catch((r) => fail(r + ', caught, e'));
p.catch(say('handled'));
