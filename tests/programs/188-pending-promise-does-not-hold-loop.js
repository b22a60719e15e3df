// Pending promises and unref'd immediates hold nothing; an abandoned finally never runs.
const say = (...words) => () => console.log(...words);
async function abandoned() {
  try {
    await new Promise(() => {});
  } finally {
    console.log('never');
  }
}
abandoned();
const i = setImmediate(say('unref immediate: never'));
i.unref();
process.on('exit', say('exit 0'));
