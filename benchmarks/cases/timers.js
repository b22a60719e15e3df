"use strict";

function nothing() {}

module.exports = async (n, watch) => {
  const milliseconds = Array.from({ length: n }, (_, i) => 60_000 + ((i * 7919) % 1000) * 1000);
  watch.start();
  const handles = milliseconds.map((delay) => setTimeout(nothing, delay));
  watch.stop("set");
  watch.start();
  for (const handle of handles) clearTimeout(handle);
  handles.length = 0;
  watch.stop("clear");
};
