// The prediction gate: the lines of a program as tiles, to be put in the order in which they will be printed. One ES module
// without dependencies, for anywidget. It is sent the shuffled tiles, and no answer: the kernel judges what is committed and
// says in the trait "state" what there is to tell. How the tiles lie is known to each display alone.

const CONFIDENCE = ["a guess", "rather sure", "sure"];
const PATIENCE = 6000; // milliseconds: a kernel that has not answered by then is busy, or gone

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function button(className, label, title, action) {
  const node = make("button", className, label);
  node.type = "button";
  if (title) {
    node.title = title;
    node.setAttribute("aria-label", title);
  }
  node.addEventListener("click", () => node.getAttribute("aria-disabled") !== "true" && action());
  return node;
}

const nameOf = (text) => (text.trim() ? text : "(an empty line)");

export function mount(root, tiles, send) {
  let chosen = []; // indices of tiles, in the predicted order
  let held = null; // the tile that the arrow keys move
  let dragged = null;
  let state = {};
  let waiting = null;
  const id = `ls-gate-${Math.random().toString(36).slice(2)}`; // two displays have two groups of radio buttons

  root.classList.add("loopscope", "ls-gate");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Predict: put the lines in the order in which they will be printed");
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab keeps its own shortcuts back while the focus is in here

  const live = make("p", "ls-live");
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  const say = (text) => (live.textContent = text);

  // ---- before: two lists of tiles ----

  const asked = make("div", "ls-asked");
  asked.append(
    make("p", "ls-question", "Predict: which lines does it print, and in which order?"),
    make("p", "ls-help", "Click the lines in the order in which they will be printed. Some may never be. Nothing is shown before you commit."),
    make("p", "ls-help ls-small", "Keyboard: arrows and Enter choose a line; in your prediction, Enter holds a line, arrows move it, Delete takes it out."),
  );
  const pool = list("ls-pool", "Lines");
  const order = list("ls-order", "Your prediction", "first at the top");
  const board = make("div", "ls-board");
  board.append(pool.section, order.section);

  const sure = make("fieldset", "ls-sure");
  sure.append(make("legend", "", "How sure are you? (optional)"));
  CONFIDENCE.forEach((text, index) => {
    const label = make("label");
    const radio = make("input");
    radio.type = "radio";
    radio.name = `${id}-sure`;
    radio.value = index + 1;
    label.append(radio, text);
    sure.append(label);
  });
  const commit = button("ls-next", "Commit", "", () => {
    const confidence = sure.querySelector("input:checked");
    ask({ kind: "commit", tiles: chosen, confidence: confidence ? Number(confidence.value) : null });
  });
  const reveal = button("", "Reveal", "reveal without a prediction", () => ask({ kind: "reveal" }));
  const controls = make("div", "ls-controls");
  controls.append(commit, reveal, sure);
  asked.append(board, controls);

  // ---- after: the verdict ----

  const told = make("div", "ls-told");
  told.tabIndex = -1; // takes the focus when the buttons that had it are gone
  const again = button("", "Predict again", "lock it, and predict again", () => ask({ kind: "again" }));
  root.append(asked, told, live);

  function list(className, heading, note) {
    const section = make("section", `ls-panel ${className}`);
    const title = make("div", "ls-title", heading);
    if (note) title.append(make("small", "", note));
    const body = make("ol", "ls-tiles");
    body.setAttribute("aria-label", heading);
    section.append(title, body);
    return { section, body };
  }

  const isHere = (index) => chosen.includes(index);

  function tile(index) {
    const place = chosen.indexOf(index);
    const text = nameOf(tiles[index]);
    const item = make("li", "ls-item");
    item.dataset.tile = index;
    item.draggable = true;
    const face = button("ls-tile", text, "", () => place < 0 && put(index, chosen.length));
    if (place >= 0) face.addEventListener("click", (event) => event.detail || take(index)); // not a mouse's click: it drags
    face.dataset.tile = index;
    if (place < 0) face.setAttribute("aria-label", `${text}: put it at the end of the prediction`);
    else {
      item.append(make("span", "ls-place", String(place + 1)));
      face.setAttribute("aria-label", `${place + 1} of ${chosen.length}: ${text}`);
      face.setAttribute("aria-pressed", String(held === index));
      face.setAttribute("aria-describedby", `${id}-keys`);
    }
    item.append(face);
    if (place >= 0) {
      const small = [
        button("ls-move", "↑", `move up: ${text}`, () => move(index, place - 1)),
        button("ls-move", "↓", `move down: ${text}`, () => move(index, place + 1)),
        button("ls-move", "×", `take out: ${text}`, () => remove(index)),
      ];
      small[0].setAttribute("aria-disabled", String(place === 0));
      small[1].setAttribute("aria-disabled", String(place === chosen.length - 1));
      for (const each of small) each.tabIndex = -1; // the keys of the tile do the same
      item.append(...small);
    }
    item.addEventListener("dragstart", (event) => {
      dragged = index;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", text);
      event.stopPropagation();
    });
    item.addEventListener("dragend", () => {
      dragged = null;
      mark(null);
    });
    return item;
  }

  function gone(text) {
    const item = make("li", "ls-item ls-gone");
    item.setAttribute("aria-hidden", "true");
    item.append(make("span", "ls-tile", nameOf(text)));
    return item;
  }

  function draw(focused, inOrder) {
    // A chosen tile leaves its place empty: the others stay where they are under the pointer.
    pool.body.replaceChildren(...tiles.map((text, index) => (isHere(index) ? gone(text) : tile(index))));
    order.body.replaceChildren(...chosen.map(tile));
    if (!chosen.length) order.body.append(make("li", "ls-empty", "empty"));
    for (const each of [pool, order]) {
      const faces = [...each.body.querySelectorAll("button.ls-tile")];
      faces.forEach((face) => (face.tabIndex = -1));
      const first = faces.find((face) => Number(face.dataset.tile) === focused) ?? faces[0];
      if (first) first.tabIndex = 0; // a list is one stop of the Tab key
    }
    commit.setAttribute("aria-disabled", String(!chosen.length));
    if (focused === undefined) return;
    const list = inOrder ? order : pool;
    const face = list.body.querySelector(`.ls-tile[data-tile="${focused}"]`);
    (face ?? list.body.querySelector("button.ls-tile") ?? order.body.querySelector("button.ls-tile") ?? commit).focus();
  }

  // ---- what can be done with a tile ----

  function put(index, place) {
    const left = tiles.map((_, each) => each).filter((each) => !isHere(each));
    const next = left[left.indexOf(index) + 1] ?? left[left.indexOf(index) - 1];
    chosen.splice(place, 0, index);
    draw(next ?? index, next === undefined);
    say(`${nameOf(tiles[index])} is line ${place + 1} of your prediction`);
  }

  function remove(index) {
    const place = chosen.indexOf(index);
    chosen = chosen.filter((each) => each !== index);
    held = null;
    const next = chosen[place] ?? chosen[place - 1];
    draw(next ?? index, next !== undefined);
    say(`${nameOf(tiles[index])} is taken out`);
  }

  function move(index, place) {
    if (place < 0 || place >= chosen.length) return;
    chosen = chosen.filter((each) => each !== index);
    chosen.splice(place, 0, index);
    draw(index, true);
    say(`${nameOf(tiles[index])} is line ${place + 1} of ${chosen.length}`);
  }

  function take(index) {
    held = held === index ? null : index;
    draw(index, true);
    const text = nameOf(tiles[index]);
    say(held === index ? `${text} is held: up and down move it, Enter lets it go` : `${text} is let go`);
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // a notebook has meanings of its own for keys
    const face = event.target.closest(".ls-tile");
    if (!face) return;
    const index = Number(face.dataset.tile);
    const here = isHere(index);
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: here ? 0 : -1, ArrowRight: here ? 0 : 1 }[event.key];
    if (event.key === "Escape" && held !== null) take(held);
    else if (["Delete", "Backspace"].includes(event.key) && here) remove(index);
    else if (step && held === index) move(index, chosen.indexOf(index) + step);
    else if (step) {
      const faces = [...(here ? order : pool).body.querySelectorAll("button.ls-tile")];
      const next = faces[faces.indexOf(face) + step];
      if (!next) return;
      face.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else return; // Enter and Space click the button that a tile is
    event.preventDefault();
  });

  // ---- dragging ----

  function mark(place) {
    order.body.querySelectorAll(".ls-before").forEach((item) => item.classList.remove("ls-before"));
    order.section.classList.toggle("ls-into", place !== null);
    if (place !== null) order.body.querySelectorAll(".ls-item")[place]?.classList.add("ls-before");
  }

  function placeAt(y) {
    const items = [...order.body.querySelectorAll(".ls-item")];
    const found = items.findIndex((item) => {
      const box = item.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return found < 0 ? items.length : found;
  }

  order.section.addEventListener("dragover", (event) => {
    if (dragged === null) return;
    event.preventDefault();
    event.stopPropagation();
    mark(placeAt(event.clientY));
  });
  order.section.addEventListener("drop", (event) => {
    if (dragged === null) return;
    event.preventDefault();
    event.stopPropagation();
    const place = placeAt(event.clientY);
    const from = chosen.indexOf(dragged);
    if (from < 0) put(dragged, place);
    else move(dragged, from < place ? place - 1 : place);
    dragged = null;
    mark(null);
  });
  pool.section.addEventListener("dragover", (event) => dragged !== null && isHere(dragged) && event.preventDefault());
  pool.section.addEventListener("drop", (event) => {
    if (dragged === null || !isHere(dragged)) return;
    event.preventDefault();
    remove(dragged);
    dragged = null;
  });

  // ---- the kernel ----

  function ask(message) {
    clearTimeout(waiting);
    waiting = setTimeout(
      () => say("The kernel has not answered yet. If it is not busy, run the cell again: its tiles belong to a kernel that is gone."),
      PATIENCE,
    );
    send(message);
  }

  function tell(now) {
    const before = state;
    state = now;
    clearTimeout(waiting);
    const had = root.contains(document.activeElement);
    if (before.open && !state.open) {
      chosen = [];
      sure.querySelectorAll("input").forEach((radio) => (radio.checked = false));
    }
    held = null;
    asked.hidden = state.open;
    told.replaceChildren(...verdict());
    told.hidden = !told.childNodes.length;
    root.dataset.open = String(state.open);
    if (!state.open) draw();
    if (had && state.open && !before.open) told.focus({ preventScroll: true });
    else if (had && !state.open && before.open) pool.body.querySelector("button.ls-tile")?.focus();
    if (before.open !== undefined || state.note) say([state.note, headline()].filter(Boolean).join(" "));
  }

  function headline() {
    if (state.open && state.revealed && !state.told.length) return "Revealed. No prediction was made.";
    return toldOf("headline")[0] ?? "";
  }

  function toldOf(about) {
    return state.told.filter(([what]) => what === about).map(([, text]) => text);
  }

  function paragraphs(className, about) {
    const texts = about.flatMap(toldOf);
    if (!texts.length) return [];
    const box = make("div", className);
    box.append(...texts.flatMap(blocks));
    return [box];
  }

  function verdict() {
    const parts = [];
    const first = headline();
    if (first) {
      const good = state.good === true;
      const line = make("p", `ls-headline ${good ? "ls-good" : "ls-not"}`);
      const mark = make("span", "ls-sign", state.revealed && state.good === null ? "○" : good ? "✓" : "✗");
      mark.setAttribute("aria-hidden", "true");
      line.append(mark, make("strong", "", first));
      parts.push(line);
    }
    const beside = make("div", "ls-beside");
    if (state.open && state.predicted.length) beside.append(yours());
    beside.append(...paragraphs("ls-moment", ["sure", "moment"]));
    if (beside.childNodes.length) parts.push(beside);
    parts.push(...paragraphs("ls-belief", ["belief"]));
    const [other] = paragraphs("", ["other"]);
    if (other) {
      const fold = make("details", "ls-other");
      fold.append(make("summary", "", "Another idea fits as well. Which one is yours?"), other);
      parts.push(fold);
    }
    parts.push(...paragraphs("", ["rule"]));
    if (!state.open && state.told.length) {
      const many = state.left === 1 ? "One try is left." : `${state.left} tries are left.`;
      parts.push(make("p", "ls-help", `Still locked. ${many}`));
    }
    if (state.open) {
      const wrong = state.good === false;
      const where = wrong ? "the stepper, at the step where your order and the program's part" : "the stepper";
      const drawn = state.predicted.length && wrong ? "the picture with your prediction drawn into it" : "the picture";
      const foot = make("div", "ls-controls ls-foot-note");
      foot.append(make("span", "ls-help", `↓ Below: what it printed, ${drawn}, and ${where}.`), again);
      parts.push(foot);
    }
    return parts;
  }

  // The prediction, each line with a sign: right up to the first difference, which is marked; nothing is said of the rest.
  function yours() {
    const body = make("ol", "ls-tiles ls-yours");
    body.setAttribute("aria-label", "your prediction");
    state.predicted.forEach((text, place) => {
      const right = state.good || place < state.right;
      const first = !right && place === state.right;
      const item = make("li", `ls-item ${right ? "ls-good" : first ? "ls-not" : "ls-after"}`);
      const sign = make("span", "ls-place", right ? "✓" : first ? "✗" : "·");
      sign.setAttribute("role", "img");
      sign.setAttribute("aria-label", right ? "right" : first ? "not this line" : "after the first difference");
      item.append(sign, make("span", "ls-tile", nameOf(text)));
      body.append(item);
    });
    return body;
  }

  // Lines that are indented list queues, or are a program; a link is one.
  function blocks(text) {
    const found = [];
    let pre = null;
    for (const line of text.split("\n")) {
      if (line.startsWith("    ")) {
        if (!pre) found.push((pre = make("pre", "ls-listed")));
        pre.textContent += `${pre.textContent ? "\n" : ""}${line.slice(4)}`;
        continue;
      }
      pre = null;
      if (/^https:\/\/\S+$/.test(line)) {
        const link = make("a", "ls-rule", "Read the rule ↗");
        link.href = line;
        link.target = "_blank";
        link.rel = "noreferrer";
        found.push(link);
      } else if (line) {
        found.push(make("p", "", line));
      }
    }
    return found;
  }

  const keys = make("p", "ls-live", "Enter takes hold of it, then up and down move it; Delete takes it out");
  keys.id = `${id}-keys`;
  root.append(keys);
  return { tell, stop: () => clearTimeout(waiting) };
}

function render({ model, el }) {
  const root = make("div");
  el.append(root);
  const view = mount(root, model.get("tiles"), (message) => model.send(message));
  const listen = () => view.tell(model.get("state"));
  model.on("change:state", listen);
  listen();
  return () => {
    model.off("change:state", listen);
    view.stop();
  };
}

export default { render };
