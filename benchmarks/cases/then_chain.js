"use strict";

function nothing() {}

module.exports = async (n, watch) => {
  let promise = Promise.resolve();
  watch.start();
  for (let i = 0; i < n; i++) promise = promise.then(nothing);
  await promise;
  watch.stop();
};
