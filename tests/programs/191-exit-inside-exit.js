// process.exit inside an 'exit' handler ends at once, with its own code: later handlers do not
// run.
const say = (...words) => () => console.log(...words);
function onExit(code) {
  console.log('exit', code);
  process.exit(4);
}
process.on('exit', onExit);
process.on('exit', say('never: second handler'));
setTimeout(say('timer'), 1);
