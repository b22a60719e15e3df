// Answers each line of stdin, a JSON string of statements, with one line of JSON: what they wrote to
// a console of their own, as [[stream, text], ...].
'use strict';

const { formatTime } = require('internal/console/constructor');
const { Console } = require('node:console');
const readline = require('node:readline');
const { Writable } = require('node:stream');

// What the cases need besides JavaScript itself.
const helpers = {
  formatTime,
  // An error of Python's class names, without its stack: Python prints none here either.
  error(name, message, properties = {}, options = undefined) {
    const Class = { [name]: class extends Error {} }[name];
    Object.defineProperty(Class.prototype, 'name', { value: name, writable: true });
    const error = new Class(message, options);
    delete error.stack;
    return Object.assign(error, properties);
  },
  aggregate(errors, message) {
    const error = new AggregateError(errors, message);
    delete error.stack;
    return error;
  },
  rejected(reason) {
    const promise = Promise.reject(reason);
    promise.catch(() => {});
    return promise;
  },
};

function run(statements) {
  const written = [];
  const stream = (name) => new Writable({
    decodeStrings: false,
    write(text, encoding, done) {
      written.push([name, Buffer.from(text).toString()]);
      done();
    },
  });
  const console = new Console({ stdout: stream('stdout'), stderr: stream('stderr') });
  const names = Object.keys(helpers);
  new Function('console', ...names, statements)(console, ...names.map((name) => helpers[name]));
  return written;
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  let answer;
  try {
    answer = { written: run(JSON.parse(line)) };
  } catch (error) {
    answer = { error: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
