// test(clause of ECMA-262, test of test262 on the same behaviour, title, body) runs the body in a task of
// its own, when all that the one before has started is over.
'use strict';

const tests = [];

exports.test = (clause, covers, title, body) => {
  if (tests.push([title, body]) === 1) setImmediate(next);
};

function next() {
  const [title, body] = tests.shift();
  console.log(`# ${title}`);
  body();
  if (tests.length > 0) setTimeout(next, 15);
}

// A parallel chain of promises, which counts the ticks.
exports.ticks = count => {
  let chain = Promise.resolve();
  for (let i = 1; i <= count; i++) chain = chain.then(() => console.log(`t${i}`));
};

exports.log = (...values) => console.log(...values);

// For `then`: prints its name and what it gets.
exports.show = name => value => console.log(name, value);
