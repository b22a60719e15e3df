// Prints the runs of code points that Node gives the same width, as JSON: [[first, last, width], ...].
// Run with --expose-internals; it is ICU's answer, before any normalization.
'use strict';

const { internalBinding } = require('internal/test/binding');
const { getStringWidth } = internalBinding('icu');

const runs = [];
for (let code = 0; code <= 0x10ffff; code++) {
  const width = getStringWidth(String.fromCodePoint(code));
  const last = runs.at(-1);
  if (last !== undefined && last[2] === width) last[1] = code;
  else runs.push([code, code, width]);
}
process.stdout.write(JSON.stringify(runs));
