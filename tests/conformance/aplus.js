// The host of the Promises/A+ suite in a realm of the bridge: as much of mocha, of CommonJS and of Node's
// assert as its files use. Gives { load(file), run(finish) }.
(function (read, folder) {
  'use strict';

  const TIMEOUT = 200; // milliseconds for a test, as the suite's own runner has it

  const globals = globalThis;
  globals.global = globals;
  globals.console = { log: print };

  globals.adapter = {
    deferred() {
      const deferred = {};
      deferred.promise = new Promise((resolve, reject) => {
        deferred.resolve = resolve;
        deferred.reject = reject;
      });
      return deferred;
    },
    resolved: value => Promise.resolve(value),
    rejected: reason => Promise.reject(reason),
  };

  // ---- assert ----

  function assert(value, message) {
    if (!value) throw new Error(message || `${value} is not true`);
  }
  assert.strictEqual = (actual, expected, message) => {
    assert(Object.is(actual, expected), message || `${String(actual)} is not ${String(expected)}`);
  };
  assert.notStrictEqual = (actual, unexpected, message) => {
    assert(!Object.is(actual, unexpected), message || `${String(actual)} is what it must not be`);
  };

  // ---- CommonJS ----

  (0, eval)(read(`${folder}/sinon/pkg/sinon.js`)); // its build for hosts that are not Node
  const modules = { assert, sinon: globals.sinon };

  function load(path) {
    if (path in modules) return modules[path];
    const module = { exports: {} };
    modules[path] = module.exports;
    const directory = path.slice(0, path.lastIndexOf('/'));
    const require = name => load(name.startsWith('./') ? `${directory}/${name.slice(2)}.js` : name);
    (0, eval)(`(function (exports, require, module) {${read(path)}\n})`)(module.exports, require, module);
    return (modules[path] = module.exports);
  }

  // ---- mocha ----

  const tests = [];
  let suite = { path: [], before: [], after: [] };

  globals.describe = (name, body) => {
    const outer = suite;
    suite = { path: [...outer.path, name], before: [...outer.before], after: [...outer.after] };
    body();
    suite = outer;
  };
  globals.specify = globals.it = (name, body) => { tests.push({ suite, name, body }); };
  globals.beforeEach = body => { suite.before.push(body); };
  globals.afterEach = body => { suite.after.unshift(body); };

  function run(finish) {
    const results = [];

    function next() {
      const test = tests[results.length];
      if (test === undefined) {
        finish(JSON.stringify(results));
        return;
      }
      let over = false;
      const end = error => {
        if (over) return;
        over = true;
        clearTimeout(timeout);
        for (const body of test.suite.after) body();
        results.push([[...test.suite.path, test.name].join(' > '), error ? String(error.message || error) : null]);
        setTimeout(next, 0);
      };
      const timeout = setTimeout(() => end(new Error(`not done after ${TIMEOUT} ms`)), TIMEOUT);
      try {
        for (const body of test.suite.before) body();
        test.body(end);
        if (test.body.length === 0) end();
      } catch (error) {
        end(error);
      }
    }

    next();
  }

  return { load, run };
})
