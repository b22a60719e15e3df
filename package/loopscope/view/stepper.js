// The stepper: a recorded run, step by step, forward and back. One ES module without dependencies: a notebook loads it
// through anywidget (the default export), a page calls mount(). It shows the film that Python has made (view/film.py says
// what is in it) and computes no state of its own; which step is shown is known here alone, so it needs no kernel.

const MARKS = { timer: "●", immediate: "■", tick: "▲", microtask: "◆", posted: "✚", operation: "⬢", script: "▶" };
const SPEEDS = [0.5, 1, 2, 4, 8];
const PACE = 1400; // milliseconds between two steps of the play, at ×1: a sentence can be read
const PRINTED = 300; // lines of the console that are kept on the page

// What the stepper says comes with the film, in the language that was spoken when that was made; fields stand in braces.
function speaker(words) {
  return (id, fields = {}) => words[id].replace(/\{(\w+)\}/g, (field, name) => fields[name] ?? field);
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function button(className, label, title, action) {
  const node = make("button", className, label);
  node.type = "button";
  node.title = title;
  node.setAttribute("aria-label", title);
  node.addEventListener("click", () => node.getAttribute("aria-disabled") !== "true" && action());
  return node;
}

// Not the attribute "disabled": a disabled button loses the focus, and with it the keyboard.
function enable(node, enabled) {
  node.setAttribute("aria-disabled", String(!enabled));
}

function panel(name, heading, note) {
  const section = make("section", `ls-panel ls-${name}`);
  const title = make("div", "ls-title", heading);
  if (note) title.append(make("small", "", note));
  section.setAttribute("aria-label", heading);
  const body = make("div", "ls-body");
  section.append(title, body);
  return { section, body };
}

// Each step was sent as what differs from the one before.
function unfold(steps) {
  let step = {};
  return steps.map((changes) => (step = { ...step, ...changes }));
}

// What variables hold, and the objects that they name. Whoever names the same object shows the same number; to press one
// leads to the object and marks all that name it.
function makeMemory(film, say) {
  const fold = make("details", "ls-fold ls-memory");
  const summary = make("summary", "", say("ui-variables"));
  const body = make("div", "ls-body");
  const scopes = make("div", "ls-scopes");
  const heap = make("div", "ls-heap");
  let drawn = null;
  let chosen = 0;
  body.tabIndex = 0; // it scrolls
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", say("ui-memory"));
  body.append(scopes, heap);
  fold.append(summary, body);

  function mark() {
    for (const node of body.querySelectorAll("[data-object]")) node.classList.toggle("ls-same", Number(node.dataset.object) === chosen);
  }

  function choose(number) {
    chosen = number;
    mark();
    heap.querySelector(`.ls-object[data-object="${number}"]`)?.focus();
  }

  function value(held, kinds) {
    if (typeof held === "string") return make("code", "", held);
    const kind = kinds.get(held) ?? say("name-object");
    const node = button("ls-ref", `${kind} #${held}`, say("ui-show-object", { kind, number: held }), () => choose(held));
    node.dataset.object = held;
    return node;
  }

  function scope({ name, names }, kinds) {
    const list = make("dl", "ls-names");
    for (const [each, held] of names) {
      const cell = make("dd");
      cell.append(value(held, kinds));
      list.append(make("dt", "", each), cell);
    }
    const node = make("div", "ls-scope");
    node.append(make("b", "", name), list);
    return node;
  }

  function object(each, kinds, owners) {
    const node = make("div", "ls-object");
    node.tabIndex = -1;
    node.dataset.object = each.n;
    node.append(make("b", "", `#${each.n} ${each.type}`));
    if (each.state) node.append(make("i", "", each.state));
    const parts = [
      ...each.items.map((held) => [value(held, kinds)]),
      ...each.entries.map(([key, held]) => [value(key, kinds), ": ", value(held, kinds)]),
      ...each.attributes.map(([name, held]) => [make("code", "", `.${name} = `), value(held, kinds)]),
    ];
    for (const part of parts) {
      const cell = make("span", "ls-cell");
      cell.append(...part);
      node.append(cell);
    }
    if (each.more) node.append(make("small", "", say("ui-more", { count: each.more })));
    const by = owners.get(each.n) ?? [];
    const names = by.slice(0, 6).join(", ") + (by.length > 6 ? " …" : "");
    if (by.length) node.append(make("small", "ls-owners", say("ui-named-by", { names })));
    return node;
  }

  // Who names an object: variables, with their function where the script has none of it, and other objects.
  function ownersOf(shown, objects) {
    const owners = new Map();
    const add = (held, name) => {
      if (typeof held !== "number") return;
      const known = owners.get(held) ?? owners.set(held, []).get(held);
      if (!known.includes(name)) known.push(name);
    };
    for (const { name, names } of shown) for (const [each, held] of names) add(held, name === say("name-script") ? each : `${each} (${name})`);
    for (const each of objects) {
      for (const held of [...each.items, ...each.entries.flat(), ...each.attributes.map((pair) => pair[1])]) add(held, `#${each.n}`);
    }
    return owners;
  }

  function draw(step) {
    const shown = step.scopes.map((index) => film.scopes[index]);
    const count = shown.reduce((sum, each) => sum + each.names.length, 0);
    summary.textContent = say("ui-variables-count", { variables: count, objects: step.objects.length + step.hidden });
    drawn = step;
    if (!fold.open) return;
    const objects = step.objects.map((index) => film.objects[index]);
    const kinds = new Map(objects.map((each) => [each.n, each.type]));
    const owners = ownersOf(shown, objects);
    scopes.replaceChildren(...shown.map((each) => scope(each, kinds)));
    if (!shown.length) scopes.append(make("span", "ls-empty", say("ui-no-variables")));
    heap.replaceChildren(...objects.map((each) => object(each, kinds, owners)));
    if (step.hidden) heap.append(make("small", "ls-more", say("ui-more", { count: step.hidden })));
    if (!objects.length) heap.append(make("span", "ls-empty", say("ui-no-objects")));
    mark();
  }

  fold.addEventListener("toggle", () => drawn && draw(drawn));
  return { fold, draw };
}

export function mount(root, film, options = {}) {
  const say = speaker(film.words);
  const steps = unfold(film.steps);
  const last = steps.length - 1;
  const ready = Math.max(1, steps.findIndex((step, number) => number > 0 && !step.quiet));
  let at = Math.min(Math.max(options.start ?? 0, 0), last);
  let timer = null;
  let speed = 1;

  root.classList.add("loopscope");
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", say("ui-label", { program: film.file || say("ui-a-program"), last }));
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab keeps its own shortcuts back while the focus is in here

  // ---- panels ----

  const code = panel("code", film.file || say("ui-program"));
  const stack = panel("stack", say("ui-call-stack"), say("ui-top-first"));
  const host = panel("host", say("ui-host-apis"), say("ui-host-note"));
  const tasks = panel("tasks", say("ui-task-queue"), say("ui-next-out"));
  const micro = panel("micro", say("ui-microtask-queue"), say("ui-next-out"));
  const out = panel("out", say("ui-console"));
  out.body.tabIndex = 0; // it scrolls
  out.body.setAttribute("role", "region");
  out.body.setAttribute("aria-label", say("ui-printed"));
  const promises = panel("promises", say("ui-promises"));
  const fold = make("details", "ls-fold");
  const summary = make("summary", "", say("ui-promises"));
  fold.append(summary, promises.body);
  fold.open = false;
  const memory = film.scopes ? makeMemory(film, say) : null; // the recording has lines

  const loop = make("p", "ls-loop");
  const sign = make("span", "ls-sign", "↻");
  sign.setAttribute("aria-hidden", "true");
  const phase = make("span");
  const meaning = make("span", "ls-meaning");
  loop.append(sign, phase, meaning);

  // The lines are one stop of the Tab key; up and down go from line to line.
  const lines = film.source.map((text, index) => {
    const row = make("div", "ls-line");
    const number = button("ls-number", String(index + 1), say("ui-to-line", { line: index + 1 }), () => {});
    number.tabIndex = -1;
    row.append(number, make("code", "", text || " "));
    row.addEventListener("click", () => goToLine(index + 1));
    code.body.append(row);
    return row;
  });
  if (!lines.length) code.body.append(make("span", "ls-empty", say("ui-no-source")));
  root.style.setProperty("--ls-own-lines", Math.max(lines.length, 3)); // above it
  code.body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const index = lines.findIndex((row) => row.contains(event.target));
    if (!step || index < 0) return;
    event.preventDefault();
    event.stopPropagation();
    lines[index + step]?.firstChild.focus();
  });

  // ---- the sentence and the controls ----

  const where = make("p", "ls-where");
  const sentence = make("p", "ls-sentence");
  sentence.setAttribute("aria-live", "polite");
  const what = make("strong");
  const why = make("span");
  sentence.append(what, " ", why);
  const rule = make("a", "ls-rule");
  rule.target = "_blank";
  rule.rel = "noreferrer";

  const slider = make("input", "ls-slider");
  slider.type = "range";
  slider.min = 0;
  slider.max = last;
  slider.step = 1;
  slider.setAttribute("aria-label", say("ui-step"));
  slider.addEventListener("input", () => go(Number(slider.value)));

  const play = button("ls-play", "", "", () => (timer ? stop() : start()));
  const pace = make("select");
  pace.setAttribute("aria-label", say("ui-speed"));
  for (const value of SPEEDS) {
    const option = make("option", "", `×${value}`);
    option.value = value;
    option.selected = value === speed;
    pace.append(option);
  }
  pace.addEventListener("change", () => {
    speed = Number(pace.value);
    if (timer) start();
  });
  const first = button("", "|◀", say("ui-first-title"), () => go(0));
  const back = button("", say("ui-back"), say("ui-back-title"), () => go(previous()));
  const next = button("ls-next", say("ui-next"), say("ui-next-title"), () => go(following()));
  const end = button("", "▶|", say("ui-last-title"), () => go(last));
  const print = button("", say("ui-next-output"), say("ui-next-output-title"), nextOutput);
  const line = button("", say("ui-next-line"), say("ui-next-line-title"), nextLine);
  const cause = button("", say("ui-cause"), say("ui-cause-title"), () => go(steps[at].cause));
  const controls = make("div", "ls-controls");
  controls.append(first, back, next, end, play, pace, ...(memory ? [line] : []), print, cause, slider);

  const grid = make("div", "ls-grid");
  grid.append(code.section, stack.section, host.section, micro.section, tasks.section, out.section);
  const foot = make("div", "ls-foot");
  const head = make("div", "ls-head");
  head.append(where, loop);
  foot.append(head, sentence, rule, controls);
  root.append(grid, foot, ...(memory ? [memory.fold] : []), fold);
  if (film.left) root.append(make("p", "ls-empty", say("ui-left-out", { last, left: film.left })));
  if (film.note) root.append(make("p", "ls-empty", film.note));
  if (film.truncated) root.append(make("p", "ls-empty", film.notice || say("ui-longer")));

  // ---- movement: what goes from one panel to another slides there from where it was ----

  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function positions() {
    const found = new Map();
    for (const node of grid.querySelectorAll("[data-item]")) found.set(node.dataset.item, node.getBoundingClientRect());
    return found;
  }

  function slide(before) {
    const after = positions(); // all is measured before anything moves
    for (const node of grid.querySelectorAll("[data-item]")) {
      const from = before.get(node.dataset.item);
      const to = after.get(node.dataset.item);
      if (!from) {
        node.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 160 });
      } else if (Math.abs(from.left - to.left) + Math.abs(from.top - to.top) > 2) {
        const path = [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: "none" }];
        node.animate(path, { duration: 260, easing: "ease-out" });
      }
    }
  }

  // ---- drawing ----

  function chip(index, notes = []) {
    const item = film.items[index];
    const node = make("button", "ls-chip");
    node.type = "button";
    node.dataset.item = item.id;
    node.style.setProperty("--item", item.colour);
    node.append(make("span", "ls-mark", MARKS[item.kind]), make("span", "", item.title));
    const named = say("line", { line: item.line });
    const place = item.line && !item.title.includes(named) ? named : "";
    const told = [item.name, ...notes, place].filter(Boolean).join(" · ");
    if (told) node.append(make("small", "", told));
    node.title = say("ui-to-made");
    node.addEventListener("click", () => {
      go(item.made);
      root.focus({ preventScroll: true }); // this chip may be gone, and the keys must go on working
    });
    return node;
  }

  function fill(body, nodes, more, empty) {
    if (more) nodes.push(make("small", "ls-more", say("ui-more", { count: more })));
    body.replaceChildren(...(nodes.length ? nodes : [make("span", "ls-empty", empty)]));
  }

  function pending([index, since, due], now) {
    if (due === null) return chip(index);
    const left = Math.max(0, due - now);
    const node = chip(index, [left > 0 ? say("ui-left", { left: Number(left.toFixed(1)), delay: film.items[index].delay }) : say("ui-due")]);
    const bar = make("span", "ls-bar");
    bar.style.setProperty("--left", `${due > since ? (100 * left) / (due - since) : 0}%`);
    node.append(bar);
    return node;
  }

  function drawStack(step) {
    const nodes = step.stack.map(([name, place], depth) => {
      const node = make("div", "ls-frame");
      node.append(make("span", "", name));
      if (place) node.append(make("small", "", place));
      node.dataset.item = `frame ${depth + step.more[0]} ${name}`;
      return node;
    });
    nodes.reverse();
    if (step.more[0]) nodes.push(make("small", "ls-more", say("ui-more-below", { count: step.more[0] })));
    if (step.run >= 0) {
      const under = make("div", "ls-running");
      under.append(make("small", "", say("ui-runs")), chip(step.run));
      nodes.push(under);
    }
    fill(stack.body, nodes, 0, say("ui-empty"));
  }

  function drawPromises(step) {
    const nodes = step.promises.map((index) => {
      const promise = film.promises[index];
      const node = make("div", `ls-promise ls-is-${promise.state}`);
      node.append(make("b", "", promise.name), make("span", "", `${say(`ui-${promise.state}`)} ${promise.value}`.trim()));
      if (promise.follows) node.append(make("small", "", say("ui-follows", { promise: promise.follows })));
      if (!promise.handled) node.append(make("em", "", say("ui-not-handled")));
      if (promise.waiting.length) node.append(make("small", "", say("ui-waits-for-it")), ...promise.waiting.map((item) => chip(item)));
      return node;
    });
    fill(promises.body, nodes, step.more[5], say("ui-none-yet"));
  }

  let drawn = -1; // how many lines of the output stand on the page
  function printed([text, error]) {
    return make("pre", error ? "ls-printed ls-error" : "ls-printed", text || " ");
  }

  function drawOutput(step) {
    const one = step.out === drawn + 1 && drawn > 0;
    out.body.querySelector(".ls-new")?.classList.remove("ls-new");
    if (one) out.body.append(printed(film.output[drawn]));
    if (one && drawn >= PRINTED) out.body.firstChild.remove();
    if (!one && step.out !== drawn) {
      fill(out.body, film.output.slice(Math.max(0, step.out - PRINTED), step.out).map(printed), 0, say("ui-nothing-printed"));
    }
    if (step.kind === "output") out.body.lastChild.classList.add("ls-new");
    if (step.out !== drawn) out.body.scrollTop = out.body.scrollHeight;
    drawn = step.out;
  }

  let current = null;
  let tabStop = null;
  function drawLine(number) {
    current?.classList.remove("ls-current");
    current?.removeAttribute("aria-current");
    if (tabStop) tabStop.tabIndex = -1;
    current = lines[number - 1] ?? null;
    tabStop = (current ?? lines[0])?.firstChild;
    if (tabStop) tabStop.tabIndex = 0;
    if (!current) return;
    current.classList.add("ls-current");
    current.setAttribute("aria-current", "step");
    const box = code.body;
    const top = current.offsetTop;
    if (top < box.scrollTop || top + current.offsetHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = top - box.clientHeight / 2;
    }
  }

  function whereabouts(step) {
    if (!step.task) return say("ui-before-first");
    const running = film.items[step.run];
    const { task } = step;
    if (!running) return say("ui-after-task", { task });
    const job = running.kind === "microtask" || running.kind === "tick";
    const kind = job ? say(`name-${running.kind}`) : "";
    return say(job ? "ui-after-task-job" : "ui-in-task", { task, kind, item: running.title });
  }

  function show(number) {
    const step = steps[number];
    const before = still.matches || Math.abs(number - at) > 8 ? null : positions();
    at = number;
    drawLine(step.line);
    drawStack(step);
    fill(host.body, step.host.map((entry) => pending(entry, step.time)), step.more[1], say("ui-nothing"));
    fill(tasks.body, step.tasks.map((item) => chip(item)), step.more[2], say("ui-empty"));
    const ticks = step.ticks.map((item) => chip(item, [say("ui-tick-first")]));
    fill(micro.body, [...ticks, ...step.micro.map((item) => chip(item))], step.more[3] + step.more[4], say("ui-empty"));
    drawOutput(step);
    if (fold.open) drawPromises(step);
    memory?.draw(step);
    if (before) slide(before);
    where.textContent = say("ui-where", { step: number, last, where: whereabouts(step), time: Number(step.time.toFixed(1)) });
    const waits = step.phase === "idle" && step.host.length > 0 && !step.tasks.length && step.kind === "clock";
    root.dataset.phase = waits ? "waits" : step.phase;
    phase.textContent = say("ui-event-loop", { phase: say(`ui-${root.dataset.phase}`) });
    meaning.textContent = film.words[`ui-${root.dataset.phase}-means`] ?? "";
    what.textContent = step.what;
    why.textContent = step.why;
    const known = film.rules[step.rule];
    rule.textContent = known ? say("ui-rule", { title: known.title }) : "";
    if (known) rule.href = known.link;
    else rule.removeAttribute("href");
    summary.textContent = say("ui-promises-count", { count: step.promises.length + step.more[5] });
    slider.value = number;
    slider.setAttribute("aria-valuetext", say("ui-step-of", { step: number, last }));
    enable(first, number > 0);
    enable(back, number > 0);
    enable(next, number < last);
    enable(end, number < last);
    enable(cause, step.cause >= 0);
    enable(line, lineAfter(number) >= 0);
    enable(print, step.out < film.output.length && steps[last].out > step.out);
    root.dataset.step = number;
  }

  fold.addEventListener("toggle", () => fold.open && drawPromises(steps[at]));

  // ---- going ----

  function go(number) {
    stop();
    if (number >= 0 && number <= last) show(number);
  }

  // Quiet steps are passed by: the film says which.
  function following() {
    let number = at + 1;
    while (number < last && steps[number].quiet) number++;
    return Math.min(number, last);
  }

  function previous() {
    let number = at - 1;
    while (number > 0 && steps[number].quiet) number--;
    return number < ready ? 0 : number;
  }

  function nextOutput() {
    const found = steps.findIndex((step, number) => number > at && step.out > steps[at].out);
    if (found >= 0) go(found);
  }

  function lineAfter(number) {
    let found = number + 1;
    while (found <= last && steps[found].kind !== "line") found++;
    return found <= last ? found : -1;
  }

  function nextLine() {
    const found = lineAfter(at);
    if (found >= 0) go(found);
  }

  function goToLine(line) {
    const later = steps.findIndex((step, number) => number > at && step.line === line && !step.quiet);
    const found = later >= 0 ? later : steps.findIndex((step) => step.line === line && !step.quiet);
    if (found >= 0) go(found);
  }

  function tellPlay() {
    play.textContent = say(timer ? "ui-pause" : "ui-play");
    play.title = say(timer ? "ui-pause-title" : "ui-play-title");
    play.setAttribute("aria-label", play.title);
    sentence.setAttribute("aria-live", timer ? "off" : "polite"); // nobody can listen as fast as it may play
  }

  function start() {
    clearInterval(timer);
    if (at === last) show(0);
    timer = setInterval(() => (at >= last ? stop() : show(following())), PACE / speed);
    tellPlay();
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    tellPlay();
  }

  const KEYS = {
    ArrowRight: () => go(following()),
    ArrowLeft: () => go(previous()),
    PageDown: () => go(Math.min(at + 20, last)),
    PageUp: () => go(Math.max(at - 20, 0)),
    Home: () => go(0),
    End: () => go(last),
    " ": () => (timer ? stop() : start()),
    o: nextOutput,
    c: () => go(steps[at].cause),
    ...(memory ? { l: nextLine } : {}),
  };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target.tagName;
    const own = tag === "SELECT" || ([" ", "Enter"].includes(event.key) && ["BUTTON", "SUMMARY", "A"].includes(tag));
    const action = own ? null : KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (own || action) event.stopPropagation(); // a notebook has meanings of its own for these keys
    if (!action) return;
    event.preventDefault();
    action();
  });

  stop();
  show(at);
  return { go, stop, step: () => at };
}

function render({ model, el }) {
  const root = make("div");
  el.append(root);
  root.classList.toggle("ls-followed", Boolean(model.get("followed")));
  const view = mount(root, model.get("film"), { start: model.get("start") });
  return () => view.stop();
}

export default { render };
