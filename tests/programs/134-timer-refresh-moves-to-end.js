// refresh() starts a timer anew: it moves to the end of its list. An unref'd timer holds
// nothing.
const say = (...words) => () => console.log(...words);
const a = setTimeout(say('a'), 5);
setTimeout(say('b'), 5);
a.refresh();
const u = setTimeout(say('unref never'), 200);
u.unref();
