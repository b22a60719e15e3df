"use strict";

function residentBytes() {
  gc(); // node --expose-gc: only what is in use counts
  return process.memoryUsage().rss;
}

const setAlarm = (resolve) => void setTimeout(resolve, 60_000).unref();

async function sleep() {
  await new Promise(setAlarm);
}

module.exports = async (n, watch) => {
  const before = residentBytes();
  watch.start();
  for (let i = 0; i < n; i++) sleep();
  watch.stop("start");
  watch.note("bytes", (residentBytes() - before) / n);
};
