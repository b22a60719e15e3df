"use strict";

module.exports = async (n, watch) => {
  const promise = Promise.resolve();
  watch.start();
  for (let i = 0; i < n; i++) await promise;
  watch.stop();
};
