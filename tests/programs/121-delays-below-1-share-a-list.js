// Delays below 1, NaN and undefined become 1 ms, fractions are cut off: one list, in order of
// setting.
const say = (...words) => () => console.log(...words);
setTimeout(say('20'), 20);
setTimeout(say('1'), 1);
setTimeout(say('0'), 0);
setTimeout(say('-5'), -5);
setTimeout(say('NaN'), NaN);
setTimeout(say('0.5'), 0.5);
setTimeout(say('1.9'), 1.9);
setTimeout(say('undefined'), undefined);
setTimeout(say('none'));
setTimeout(say('-Infinity'), -Infinity);
setTimeout(say('20.9'), 20.9);
