"use strict";

function nothing() {}

module.exports = async (n, watch) => {
  await new Promise((resolve) => {
    watch.start();
    for (let i = 0; i < n; i++) queueMicrotask(nothing);
    queueMicrotask(resolve);
  });
  watch.stop();
};
