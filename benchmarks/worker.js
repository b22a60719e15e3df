// The child process of Node: `node worker.js CASE N WARM_UP REPEATS`. worker.py and watch.py are its twins.
"use strict";

class Watch {
  constructor(n) {
    this.n = n;
    this.values = {};
  }
  start() {
    this.from = process.hrtime.bigint();
  }
  stop(metric = "time") {
    this.note(metric, Number(process.hrtime.bigint() - this.from) / this.n);
  }
  note(metric, value) {
    (this.values[metric] ??= []).push(value);
  }
}

async function measure(body, n, warmUp, repeats) {
  if (warmUp) await body(warmUp, new Watch(warmUp));
  const watch = new Watch(n);
  for (let i = 0; i < repeats; i++) await body(n, watch);
  return watch.values;
}

const [name, ...numbers] = process.argv.slice(2);
measure(require(`./cases/${name}.js`), ...numbers.map(Number)).then((values) => console.log(JSON.stringify(values)));
