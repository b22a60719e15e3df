// all, race and any take care of every item: the rejection of a loser is never reported.
const say = (...words) => () => console.log(...words);
process.on('unhandledRejection', (reason) => console.log('never: unhandled', reason));
const bad = (ms, v) => new Promise((_, reject) => setTimeout(reject, ms, v));
const good = (ms, v) => new Promise((resolve) => setTimeout(resolve, ms, v));
Promise.all([bad(20, 'second'), bad(1, 'first')]).catch((r) => console.log('all', r));
Promise.race([good(1, 'winner'), bad(20, 'loser')]).then((v) => console.log('race', v));
Promise.any([bad(1, 'first'), good(20, 'ok'), bad(40, 'c')]).then((v) => console.log('any', v));
setTimeout(say('end'), 60);
