// A delay above 2^31-1 becomes 1 ms, with a warning.
const say = (...words) => () => console.log(...words);
process.on('warning', (w) => console.log('warning', w.name));
setTimeout(say('2**31'), 2 ** 31);
setTimeout(say('Infinity'), Infinity);
setTimeout(say('20'), 20);
