// Generators and async functions that nobody asks to go on stay where they are, finally and all.
const say = (...words) => () => console.log(...words);
async function* g() {
  try {
    console.log('generator begins');
    yield 1;
  } finally {
    console.log('never: finally of the generator');
  }
}
async function waits() {
  try {
    await new Promise(() => {});
  } finally {
    console.log('never: finally of the async function');
  }
}
async function inLoop() {
  for await (const v of g()) {
    console.log('got', v);
    await waits();
  }
}
g().next().then((r) => console.log(r));
waits();
inLoop();
process.on('exit', say('exit'));
