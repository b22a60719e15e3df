"use strict";

const BRANCHES = 6;
const MILLISECONDS = 50;

async function grow(depth, leaf, number) {
  if (depth === 0) {
    await leaf(number);
    return;
  }
  const first = number * BRANCHES;
  const branches = [];
  for (let i = 0; i < BRANCHES; i++) branches.push(grow(depth - 1, leaf, first + i));
  await Promise.all(branches);
}

async function doNothing() {}

const afterAWhile = (resolve) => void setTimeout(resolve, MILLISECONDS);

async function sleep() {
  await new Promise(afterAWhile);
}

function remember() {
  const answers = new Set();
  return async function ask(number) {
    if (number % 10 === 0 && !answers.has(number)) {
      await new Promise(afterAWhile);
      answers.add(number);
    }
  };
}

module.exports = async (n, watch) => {
  const depth = Math.floor(Math.log(n) / Math.log(BRANCHES) + 1e-9);
  for (const [name, leaf] of [["none", doNothing], ["io", sleep], ["memoization", remember()]]) {
    watch.start();
    await grow(depth, leaf, 0);
    watch.stop(name);
  }
};
