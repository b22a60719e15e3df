// A delay may be a string of digits, as every number in JavaScript; another string becomes 1.
const say = (...words) => () => console.log(...words);
setTimeout(say('30 as a string'), '30');
setTimeout(say('15'), 15);
setTimeout(say('no number'), 'soon');
setTimeout(say('null'), null);
setTimeout(say('true'), true);
setTimeout(say('45'), 45);
