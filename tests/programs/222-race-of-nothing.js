// The race of nothing stays pending for ever, which holds nothing; the others of nothing settle.
const say = (...words) => () => console.log(...words);
process.on('exit', (code) => console.log('exit', code));
const race = Promise.race([]);
race.then(say('never')).finally(say('never'));
console.log(race);
console.log(Promise.all([]));
console.log(Promise.allSettled([]));
Promise.any([]).catch((e) => console.log(e.message, e.errors));
setTimeout(() => console.log(race), 1);
