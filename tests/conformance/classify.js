// Which tests of test262 hold in this very Node: `node classify.js CHECKOUT`, with the paths of tests
// on stdin, prints {path: why it fails, or null} as JSON. Each test runs in a realm of its own, as the
// suite's INTERPRETING.md wants, in sloppy and in strict mode.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const root = process.argv[2];
const read = file => fs.readFileSync(path.join(root, file), 'utf8');
let fail = () => {};
process.on('uncaughtException', error => fail(error));
process.on('unhandledRejection', () => {});

// The same front matter as test262.py reads, given by it: { file, includes, async, modes }.
async function run({ file, includes, async: asynchronous, modes }) {
  for (const mode of modes) {
    const context = vm.createContext({});
    let done;
    const finished = new Promise(resolve => { done = resolve; });
    fail = error => done(`${error && error.name}: ${error && error.message}`);
    context.print = text => done(String(text).startsWith('Test262:AsyncTestComplete') ? null : String(text));
    context.setTimeout = setTimeout;
    try {
      for (const include of ['assert.js', 'sta.js', 'doneprintHandle.js', ...includes]) {
        vm.runInContext(read(`harness/${include}`), context, include);
      }
      vm.runInContext(`${mode === 'strict' ? '"use strict";\n' : ''}${read(file)}`, context, file);
      if (asynchronous) setTimeout(done, 500, 'did not finish').unref?.();
      else done(null);
    } catch (error) {
      done(`${error && error.name}: ${error && error.message}`);
    }
    const holdOpen = setInterval(() => {}, 1000);
    const reason = await finished;
    clearInterval(holdOpen);
    if (reason !== null) return reason;
  }
  return null;
}

(async () => {
  const results = {};
  for (const test of JSON.parse(fs.readFileSync(0, 'utf8'))) results[test.file] = await run(test);
  fs.writeSync(1, JSON.stringify(results));
  process.exit(0);
})();
