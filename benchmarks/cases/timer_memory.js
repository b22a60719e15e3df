"use strict";

function nothing() {}

function residentBytes() {
  gc(); // node --expose-gc: only what is in use counts
  return process.memoryUsage().rss;
}

module.exports = async (n, watch) => {
  const handles = new Array(n).fill(null);
  const before = residentBytes();
  for (let i = 0; i < n; i++) handles[i] = setTimeout(nothing, 60_000);
  watch.note("bytes", (residentBytes() - before) / n);
  for (const handle of handles) clearTimeout(handle);
};
