"use strict";

async function nothing() {}

module.exports = async (n, watch) => {
  watch.start();
  for (let i = 0; i < n; i++) await nothing();
  watch.stop();
};
