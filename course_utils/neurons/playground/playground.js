// The playground's screen: controls, network diagram, boundary and curves. The kernel trains; what it sends is
// drawn in the next animation frame, and only then is it told to send more. messages.py describes the messages.

const NAMES = {
  "x1": "x₁", "x2": "x₂", "x1^2": "x₁²", "x2^2": "x₂²", "x1*x2": "x₁x₂", "sin(x1)": "sin x₁", "sin(x2)": "sin x₂",
  relu: "ReLU", l1: "L1", l2: "L2", sgd: "SGD", adam: "Adam", xor: "XOR", multi_gauss: "multi-Gauss",
};
const LIMIT = 6; // the plane is [-6, 6]²
const ICONS = {
  play: "M3 1.5v11l9.5-5.5z",
  pause: "M2.5 1.5h3v11h-3zM8.5 1.5h3v11h-3z",
  step: "M2 1.5v11l7.5-5.5zM10 1.5h2.2v11H10z",
  reset: "M7 2a5 5 0 1 0 5 5h-1.7A3.3 3.3 0 1 1 7 3.7V6l4-3.2L7 0z",
};
// Each select of the bar: the setting, its label, what it offers (numbers; else the kernel's choices), and how it reads.
const SELECTS = [
  ["learning_rate", "Learning rate", [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]],
  ["activation", "Activation"],
  ["optimizer", "Optimiser"],
  ["regularisation", "Regularisation"],
  ["regularisation_rate", "Its rate", [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]],
  ["epochs_per_redraw", "Each redraw", [1, 2, 5, 10, 20], (n) => `${n} epoch${n > 1 ? "s" : ""}`],
];
const SLIDERS = [
  ["noise", "Noise", 0.01, (share) => share.toFixed(2)],
  ["train_share", "Training share", 0.05, (share) => `${Math.round(100 * share)} %`],
  ["samples", "Samples", 10, String],
  ["batch_size", "Batch size", 1, String],
];

export default {
  render({ model, el }) {
    const screen = new Screen(model);
    el.append(screen.root);
    return () => screen.close();
  },
};

class Screen {
  constructor(model) {
    this.model = model;
    this.frames = 0;
    this.shown = null; // the neuron under the pointer or the keyboard's focus; null: the output
    this.root = make("div", { className: "pg", role: "group", ariaLabel: "Neural network playground" });
    this.note = make("div", { className: "pg-note", role: "status", textContent: "Waiting for the kernel …" });
    this.root.append(this.note);
    this.hear = (content, buffers) => this[`on_${content.kind}`](content, buffers);
    model.on("msg:custom", this.hear);
    this.themes = new MutationObserver(() => this.restyle());
    for (const node of [document.documentElement, document.body]) this.themes.observe(node, { attributes: true });
    this.sizes = new ResizeObserver(() => this.measure());
    this.say("hello");
  }

  close() {
    this.say("bye");
    this.model.off("msg:custom", this.hear);
    this.themes.disconnect();
    this.sizes.disconnect();
    cancelAnimationFrame(this.due);
  }

  say(kind, more = {}) {
    this.model.send({ kind, ...more });
  }

  set(changes) {
    this.settings = { ...this.settings, ...changes }; // at once, so that a second click counts from the first
    this.say("set", { changes });
  }

  // ---- What the kernel says

  on_about(about, [pictures, samples]) {
    if (this.about) return; // another view of the same widget asked
    this.about = about;
    this.featurePictures = bytes(pictures);
    this.samples = floats(samples);
    this.build();
  }

  on_state({ settings, classifies, playing, train, note }, [points]) {
    if (!this.about) return;
    const before = this.settings;
    Object.assign(this, { settings, classifies, train, points: floats(points) });
    this.note.textContent = note;
    this.playing = playing;
    this.play.replaceChildren(icon(playing ? "pause" : "play"), playing ? "Pause" : "Play");
    for (const control of this.controls) control(settings);
    if (!before || String(this.diagram) !== String([settings.features, settings.hidden])) this.buildDiagram();
    this.stale = true; // the points have to be drawn anew
    this.ask();
  }

  on_picture(content, [output, neurons, ranges, weights, history]) {
    if (!this.about) return;
    this.picture = {
      ...content, output: bytes(output), neurons: bytes(neurons), ranges: floats(ranges),
      weights: floats(weights), history: floats(history),
    };
    this.ask();
  }

  // ---- Building the page

  build() {
    this.controls = []; // functions of the settings that bring a control up to date
    this.main = make("div", { className: "pg-main" });
    this.links = make("canvas", { className: "pg-links" });
    this.main.append(this.links, this.buildData(), this.buildNetwork(), this.buildOutput());
    this.root.prepend(this.buildBar());
    this.root.append(this.main);
    this.sizes.observe(this.main);
  }

  buildBar() {
    const button = (kind, name, label, act) =>
      make("button", { type: "button", className: `pg-${kind}`, title: label, onclick: act }, icon(kind), name);
    this.play = button("play", "Play", "Train, redrawing all the time", () => this.say(this.playing ? "pause" : "play"));
    this.epoch = make("output", { textContent: "0" });
    return make("div", { className: "pg-bar" },
      make("div", { className: "pg-run" },
        button("reset", "Reset", "Start again with new weights", () => this.say("reset")),
        this.play,
        button("step", "Step", "Train one epoch", () => this.say("step"))),
      make("div", { className: "pg-epoch" }, make("span", { className: "pg-label", textContent: "Epoch" }), this.epoch),
      ...SELECTS.map((select) => this.buildSelect(...select)));
  }

  buildSelect(name, label, offered, read = nameOf) {
    const select = make("select", { onchange: () => this.set({ [name]: offered ? +select.value : select.value }) });
    this.controls.push((settings) => {
      const values = [...new Set([...(offered ?? this.about.choices[name]), settings[name]])];
      if (offered) values.sort((a, b) => a - b); // a value from Python's side that the list lacks
      if (select.length !== values.length) {
        select.replaceChildren(...values.map((value) => make("option", { value, textContent: read(value) })));
      }
      select.value = settings[name];
      select.disabled = name === "regularisation_rate" && settings.regularisation === "none";
    });
    return make("label", {}, make("span", { className: "pg-label", textContent: label }), select);
  }

  buildData() {
    const group = `pg-${Math.random()}`;
    const card = (name, number) => {
      const radio = make("input", { type: "radio", name: group, onchange: () => this.set({ data: name }) });
      const canvas = make("canvas", { width: 100, height: 100 });
      const size = this.samples.length / this.about.choices.data.length;
      const points = this.samples.subarray(number * size, (number + 1) * size);
      const low = this.about.classification.includes(name) ? 0 : -1;
      this.controls.push((settings) => { radio.checked = settings.data === name; });
      return { canvas, points, low, name, label: make("label", {}, radio, canvas, nameOf(name)) };
    };
    this.cards = this.about.choices.data.map(card);
    const part = (text, kind) => make("fieldset", {}, make("legend", { textContent: text }),
      make("div", { className: "pg-sets" },
        ...this.cards.filter(({ name }) => this.about.classification.includes(name) === kind).map(({ label }) => label)));
    return make("section", { className: "pg-data", ariaLabel: "Data" },
      make("h3", { textContent: "Data" }),
      part("Two classes", true), part("A number to predict", false),
      ...SLIDERS.map((slider) => this.buildSlider(...slider)),
      make("button", { type: "button", onclick: () => this.say("new data"), textContent: "New data" }));
  }

  buildSlider(name, label, step, read) {
    const [min, max] = this.about.ranges[name];
    const value = make("output");
    const slider = make("input", { type: "range", min, max, step });
    slider.oninput = () => {
      value.textContent = read(+slider.value);
      this.set({ [name]: +slider.value });
    };
    this.controls.push((settings) => {
      if (this.root.getRootNode().activeElement !== slider) slider.value = settings[name]; // not under the finger
      value.textContent = read(settings[name]);
    });
    return make("label", {}, make("span", { className: "pg-label" }, label, value), slider);
  }

  buildNetwork() {
    const [stepper, update] = this.buildStepper("hidden layer", (change) => {
      const { hidden } = this.settings;
      this.set({ hidden: change > 0 ? [...hidden, hidden.at(-1) ?? 4] : hidden.slice(0, -1) });
    });
    this.controls.push(({ hidden }) => update(hidden.length, 0, this.about.mostLayers));
    this.columns = make("div", { className: "pg-columns" });
    this.columns.onkeydown = (event) => this.walk(event);
    return make("section", { className: "pg-net", ariaLabel: "Network" },
      make("div", { className: "pg-net-head" }, make("h3", { textContent: "Network" }), make("span", {}, "Hidden layers ", stepper)),
      this.columns);
  }

  buildStepper(what, act) {
    const count = make("output");
    const button = (sign, change, word) =>
      make("button", { type: "button", textContent: sign, ariaLabel: `One ${what} ${word}`, onclick: () => act(change) });
    const [less, more] = [button("−", -1, "fewer"), button("+", 1, "more")];
    const update = (value, least, most) => {
      count.textContent = value;
      less.disabled = value <= least;
      more.disabled = value >= most;
    };
    return [make("span", { className: "pg-stepper" }, less, count, more), update];
  }

  buildOutput() {
    this.title = make("h3");
    this.formula = make("div", { className: "pg-formula" });
    this.map = make("canvas", { className: "pg-map", role: "img" });
    [this.low, this.bar, this.high] = [make("span"), make("i"), make("span")];
    const tick = (name, label) => {
      const box = make("input", { type: "checkbox", onchange: () => { this.stale = true; this.ask(); } });
      this[name] = box;
      return make("label", { className: "pg-tick" }, box, label);
    };
    this.scores = ["train", "test"].map(() => [make("td"), make("td")]);
    const row = (name, number) => make("tr", {},
      make("th", { scope: "row" }, make("span", { className: `pg-dash pg-${name}` }), name), ...this.scores[number]);
    const head = ["", "loss", "accuracy"].map((textContent) => make("th", { scope: "col", textContent }));
    this.curves = make("canvas", { className: "pg-curves", role: "img", ariaLabel: "Training and test loss by epoch" });
    return make("section", { className: "pg-out", ariaLabel: "Output" },
      this.title, this.formula, this.map,
      make("div", { className: "pg-scale" }, this.low, this.bar, this.high),
      make("div", { className: "pg-ticks" }, tick("showTest", "Show test data"), tick("discrete", "Discretise output")),
      make("table", { className: "pg-scores" },
        make("thead", {}, make("tr", {}, ...head)),
        make("tbody", {}, row("train", 0), row("test", 1))),
      this.curves);
  }

  // ---- The diagram: a column of features, and one for each hidden layer

  buildDiagram() {
    const { features, hidden } = this.settings;
    this.diagram = [features, hidden];
    this.shown = null;
    this.inputs = this.about.features.map((name, number) => this.buildFeature(name, number));
    this.neurons = [];
    const layers = hidden.map((size, layer) => {
      const [stepper, update] = this.buildStepper("neuron", (change) =>
        this.set({ hidden: this.settings.hidden.map((value, other) => value + (other === layer ? change : 0)) }));
      update(size, 1, this.about.mostNeurons);
      const tiles = Array.from({ length: size }, (_, place) => this.buildNeuron(layer, place));
      return make("div", { className: "pg-column" },
        make("div", { className: "pg-column-head" }, `Hidden ${layer + 1}`, make("br"), stepper), ...tiles);
    });
    const head = make("div", { className: "pg-column-head", textContent: "Features" });
    const first = make("div", { className: "pg-column" }, head, ...this.inputs.map(({ row }) => row));
    const focus = this.focused(); // a stepper that was just pressed is built anew: keep the focus there
    this.columns.replaceChildren(first, ...layers);
    focus?.();
    this.measure();
  }

  focused() {
    const buttons = () => [...this.columns.querySelectorAll(".pg-stepper button, .pg-feature button")];
    const label = this.root.getRootNode().activeElement;
    const place = buttons().indexOf(label);
    return place < 0 ? null : () => buttons()[place]?.focus({ preventScroll: true });
  }

  buildFeature(name, number) {
    const on = this.settings.features.includes(name);
    const canvas = this.buildTile();
    const toggle = () => {
      const { features } = this.settings;
      const wanted = this.about.features.filter((other) => (other === name) !== features.includes(other));
      this.set({ features: wanted });
    };
    const button = make("button", { type: "button", onclick: toggle, title: on ? "Leave it out" : "Let the network see it" },
      make("span", { className: "pg-name", textContent: NAMES[name] }),
      make("span", { className: "pg-tile" }, canvas));
    button.setAttribute("aria-pressed", on);
    return { name, number, on, canvas, tile: button.lastChild, row: make("div", { className: "pg-feature" }, button) };
  }

  buildNeuron(layer, place) {
    const number = this.neurons.length;
    const canvas = this.buildTile();
    const show = (what) => () => { this.shown = what; this.ask(); };
    const tile = make("button", {
      type: "button", className: "pg-tile", tabIndex: number ? -1 : 0, ariaLabel: `Hidden layer ${layer + 1}, neuron ${place + 1}`,
      onmouseenter: show(number), onfocus: show(number), onmouseleave: show(null), onblur: show(null),
    }, canvas);
    this.neurons.push({ layer, place, canvas, tile });
    return tile;
  }

  buildTile() {
    return make("canvas", { width: this.about.grid, height: this.about.grid });
  }

  // Arrow keys go from neuron to neuron, so that Tab passes all of them in one step.
  walk(event) {
    const here = this.neurons.find(({ tile }) => tile === event.target);
    const [right, down] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key] ?? [];
    if (!here || right === undefined) return;
    event.preventDefault();
    const size = this.settings.hidden[here.layer + right];
    const place = Math.min(here.place + down, size - 1);
    this.neurons.find((other) => other.layer === here.layer + right && other.place === place)?.tile.focus();
  }

  // ---- Sizes and colours

  // Where everything is, in pixels of the page; asked for once a change, not at every redraw.
  measure() {
    if (!this.settings) return;
    const origin = this.main.getBoundingClientRect();
    const box = (node) => {
      const { left, right, top, height } = node.getBoundingClientRect();
      return { left: left - origin.left, right: right - origin.left, middle: top - origin.top + height / 2 };
    };
    const layers = this.settings.hidden.map((_, layer) => this.neurons.filter((neuron) => neuron.layer === layer));
    const columns = [this.inputs.filter(({ on }) => on), ...layers].map((column) => column.map(({ tile }) => box(tile)));
    const map = box(this.map);
    this.places = [...columns, [{ left: map.left + 22, right: 0, middle: map.middle - 12 }]];
    for (const canvas of [this.links, this.map, this.curves]) fit(canvas);
    for (const canvas of this.cards.map((card) => card.canvas)) fit(canvas);
    this.restyle();
  }

  restyle() {
    if (!this.settings) return;
    const ink = getComputedStyle(this.root).color.match(/[\d.]+/g).map(Number);
    const dark = ink[0] + ink[1] + ink[2] > 384; // light letters
    this.root.toggleAttribute("data-dark", dark);
    const style = getComputedStyle(this.root);
    this.colour = Object.fromEntries(
      ["ink", "soft", "line", "card", "blue", "orange", "train", "test"].map((name) => [name, style.getPropertyValue(`--pg-${name}`).trim()]));
    const ends = dark ? [[13, 103, 154], [30, 34, 40], [196, 139, 14]] : [[77, 156, 201], [247, 247, 245], [238, 188, 77]];
    this.palette = paletteOf(ends);
    this.twoColours = paletteOf(ends, true);
    this.pointColour = paletteOf([[0, 114, 178], dark ? [110, 114, 120] : [236, 236, 234], [230, 159, 0]]);
    this.ring = dark ? "#f5f5f5" : "#ffffff";
    this.bar.style.background = `linear-gradient(90deg, ${ends.map((end) => `rgb(${end})`)})`;
    for (const { canvas, points, low } of this.cards) this.drawSample(canvas, points, low);
    const area = this.about.grid ** 2;
    for (const { canvas, number } of this.inputs) {
      fill(canvas, this.featurePictures.subarray(number * area, (number + 1) * area), this.palette);
    }
    this.stale = true;
    this.ask();
  }

  // ---- Drawing

  ask() {
    this.due ??= requestAnimationFrame(() => {
      this.due = undefined;
      this.paint();
    });
  }

  paint() {
    const { picture, settings } = this;
    if (!picture || !settings || !this.palette) return;
    const area = this.about.grid ** 2;
    if (picture.neurons.length === this.neurons.length * area && this.weightCount() === picture.weights.length) {
      this.neurons.forEach(({ canvas }, number) =>
        fill(canvas, picture.neurons.subarray(number * area, (number + 1) * area), this.palette));
      this.drawLinks();
      this.drawMap();
      this.drawCurves();
      this.write();
    } // else it shows a network that has just been changed; the next one is on its way
    this.root.dataset.frames = ++this.frames;
    if (this.answered !== picture.number) this.say("painted", { number: (this.answered = picture.number) });
  }

  weightCount() {
    const sizes = this.sizesOf();
    return sizes.slice(1).reduce((sum, size, layer) => sum + size * (sizes[layer] + 1), 0);
  }

  sizesOf() {
    return [this.settings.features.length, ...this.settings.hidden, 1];
  }

  drawLinks() {
    const { picture, colour, places } = this;
    const pen = clear(this.links);
    let at = 0;
    for (let layer = 1; layer < places.length; layer++) {
      for (const from of places[layer - 1]) {
        for (const to of places[layer]) {
          const weight = picture.weights[at++];
          const strength = Math.tanh(Math.abs(weight) / 2);
          pen.strokeStyle = weight < 0 ? colour.blue : colour.orange;
          pen.globalAlpha = 0.12 + 0.78 * strength;
          pen.lineWidth = 0.4 + 5 * strength;
          const bend = (to.left - from.right) / 2;
          pen.beginPath();
          pen.moveTo(from.right, from.middle);
          pen.bezierCurveTo(from.right + bend, from.middle, to.left - bend, to.middle, to.left, to.middle);
          pen.stroke();
        }
      }
      at += places[layer].length; // the biases
    }
  }

  drawMap() {
    const { picture, shown, colour } = this;
    const pen = clear(this.map);
    const [left, size] = [22, this.map.clientHeight - 24];
    const area = this.about.grid ** 2;
    const whole = shown === null;
    const values = whole ? picture.output : picture.neurons.subarray(shown * area, (shown + 1) * area);
    this.buffer ??= make("canvas");
    const side = Math.sqrt(values.length);
    if (this.buffer.width !== side) Object.assign(this.buffer, { width: side, height: side });
    fill(this.buffer, values, whole && this.discrete.checked ? this.twoColours : this.palette);
    pen.imageSmoothingEnabled = !(whole && this.discrete.checked);
    pen.drawImage(this.buffer, left, 0, size, size);
    if (this.stale) this.drawPoints(size);
    pen.drawImage(this.dots, left, 0, size, size);
    pen.strokeStyle = colour.soft;
    pen.strokeRect(left + 0.5, 0.5, size - 1, size - 1);
    pen.fillStyle = colour.soft;
    pen.font = `10.5px ${getComputedStyle(this.root).fontFamily}`;
    for (const value of [-6, -3, 0, 3, 6]) {
      const along = ((value + LIMIT) / (2 * LIMIT)) * size;
      const text = String(value).replace("-", "−");
      pen.textAlign = "center";
      pen.fillText(text, clamp(left + along, left + 6, left + size - 3), size + 12);
      pen.textAlign = "right";
      pen.fillText(text, left - 4, clamp(size - along + 3.5, 8, size - 1));
    }
    pen.textAlign = "center";
    pen.fillText("x₁", left + size * 0.625, size + 15);
    pen.fillText("x₂", left - 9, size * 0.375 + 4);
  }

  // The data, on a canvas of their own: hundreds of dots that stay where they are while the network learns.
  drawPoints(size) {
    this.stale = false;
    const scale = window.devicePixelRatio || 1;
    this.dots ??= make("canvas");
    this.dots.width = this.dots.height = Math.round(size * scale);
    const pen = this.dots.getContext("2d");
    pen.scale(scale, scale);
    const { points, train, classifies } = this;
    const count = this.showTest.checked ? points.length / 3 : train;
    for (let number = count - 1; number >= 0; number--) {
      this.dot(pen, points.subarray(3 * number, 3 * number + 3), size, classifies ? 0 : -1, 2.9, number >= train);
    }
  }

  dot(pen, [x1, x2, y], size, low, radius, test) {
    const [x, down] = [((x1 + LIMIT) / (2 * LIMIT)) * size, ((LIMIT - x2) / (2 * LIMIT)) * size];
    const at = 4 * Math.round((255 * (y - low)) / (1 - low));
    pen.fillStyle = `rgb(${this.pointColour.rgba.subarray(at, at + 3)})`;
    pen.strokeStyle = test ? "#111111" : this.ring;
    pen.lineWidth = test ? 1.2 : 0.9;
    pen.beginPath();
    if (test) pen.rect(x - radius + 0.4, down - radius + 0.4, 2 * radius - 0.8, 2 * radius - 0.8);
    else pen.arc(x, down, radius, 0, 7);
    pen.fill();
    pen.stroke();
  }

  drawSample(canvas, points, low) {
    const pen = clear(canvas);
    for (let at = 0; at < points.length; at += 3) {
      const [x, y] = [0, 1].map((axis) => ((LIMIT + (axis ? -1 : 1) * points[at + axis]) / (2 * LIMIT)) * canvas.clientWidth);
      const place = 4 * Math.round((255 * (points[at + 2] - low)) / (1 - low));
      pen.fillStyle = `rgb(${this.pointColour.rgba.subarray(place, place + 3)})`;
      pen.fillRect(x - 1.2, y - 1.2, 2.4, 2.4);
    }
  }

  drawCurves() {
    const { picture: { history }, colour } = this;
    const pen = clear(this.curves);
    const [left, bottom] = [32, this.curves.clientHeight - 16];
    const [width, height] = [this.curves.clientWidth - left - 6, bottom - 6];
    const last = Math.max(1, history[history.length - 3] ?? 0);
    const losses = history.filter((value, at) => at % 3 && Number.isFinite(value)).sort();
    const high = 1.5 * (losses[Math.floor(0.9 * losses.length)] ?? 1); // a high start must not flatten all the rest
    const top = niceAbove(clamp(losses.at(-1) ?? 1, 0.001, high));
    pen.font = `10.5px ${getComputedStyle(this.root).fontFamily}`;
    pen.fillStyle = colour.soft;
    pen.strokeStyle = colour.line;
    pen.lineWidth = 1;
    pen.textAlign = "right";
    for (const share of [0, 0.5, 1]) {
      const y = bottom - share * height;
      pen.beginPath();
      pen.moveTo(left, y);
      pen.lineTo(left + width, y);
      pen.stroke();
      pen.fillText(Number((share * top).toPrecision(3)), left - 5, y + 3.5);
    }
    pen.textAlign = "left";
    pen.fillText("0", left, bottom + 13);
    pen.textAlign = "center";
    pen.fillText("epoch", left + width / 2, bottom + 13);
    pen.textAlign = "right";
    pen.fillText(Math.round(last).toLocaleString("en"), left + width, bottom + 13);
    for (const [series, name] of [[2, "test"], [1, "train"]]) {
      pen.strokeStyle = colour[name];
      pen.lineWidth = 1.8;
      pen.setLineDash(series === 2 ? [5, 3] : []);
      pen.beginPath();
      for (let at = 0; at < history.length; at += 3) {
        pen.lineTo(left + (history[at] / last) * width, bottom - Math.min(1, history[at + series] / top) * height);
      }
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  // The numbers and words around the pictures.
  write() {
    const { picture, shown, settings, classifies } = this;
    this.epoch.textContent = picture.epoch.toLocaleString("en");
    this.scores.forEach(([loss, accuracy], part) => {
      loss.textContent = picture.losses[part]?.toFixed(3) ?? "∞";
      accuracy.textContent = picture.accuracies ? `${(100 * picture.accuracies[part]).toFixed(0)} %` : "–";
    });
    const neuron = this.neurons[shown];
    const about = neuron ? `Hidden layer ${neuron.layer + 1}, neuron ${neuron.place + 1}` : "Output";
    this.title.textContent = about;
    this.map.ariaLabel = `${about} over the plane`;
    const range = neuron ? picture.ranges.subarray(2 * shown, 2 * shown + 2) : [classifies ? 0 : -1, 1];
    const ends = [...range].map((value) => number(value, 2));
    if (!neuron && classifies) [ends[0], ends[1]] = ["class 0", "class 1"];
    this.low.textContent = ends[0];
    this.high.textContent = ends[1];
    this.formula.textContent = this.formulaOf(neuron ? neuron.layer : settings.hidden.length, neuron ? neuron.place : 0);
  }

  formulaOf(layer, place) {
    const sizes = this.sizesOf();
    let at = 0;
    for (let before = 0; before < layer; before++) at += (sizes[before] + 1) * sizes[before + 1];
    const { weights } = this.picture;
    const [inputs, size] = [sizes[layer], sizes[layer + 1]];
    const name = (row) => (layer ? `h${subscript(row + 1)}` : NAMES[this.settings.features[row]]);
    const terms = Array.from({ length: inputs }, (_, row) => [weights[at + row * size + place], ` ${name(row)}`]);
    terms.push([weights[at + inputs * size + place], ""]);
    const sum = terms.map(([weight, what], first) =>
      `${weight < 0 ? "−" : first ? "+" : ""}${first ? " " : ""}${number(Math.abs(weight), 2)}${what}`).join(" ");
    const last = layer === this.settings.hidden.length;
    const activation = last ? (this.classifies ? "sigmoid" : "linear") : this.settings.activation;
    return activation === "linear" ? sum : `${activation}(${sum})`;
  }
}

// ---- Helpers

function make(tag, properties = {}, ...children) {
  const { role, ...others } = properties;
  const node = Object.assign(document.createElement(tag), others);
  // JupyterLab's shortcuts would take the keys meant for what has the focus; it asks that element alone.
  node.dataset.lmSuppressShortcuts = "true";
  if (role) node.setAttribute("role", role);
  node.append(...children);
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function nameOf(value) {
  return NAMES[value] ?? String(value);
}

function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function floats(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)); // aligned
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

function number(value, digits) {
  return value.toFixed(digits).replace("-", "−");
}

function subscript(value) {
  return String.fromCharCode(0x2080 + value);
}

// The next of 1, 1.2, 1.5, 2, 3, 5, 8 × a power of ten.
function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.2, 1.5, 2, 3, 5, 8, 10].find((step) => step * power >= value * 0.999);
}

// 256 colours from the first of three over the second to the third; sharp: only the two ends.
function paletteOf([low, middle, high], sharp = false) {
  const rgba = new Uint8ClampedArray(1024);
  for (let value = 0; value < 256; value++) {
    const share = value / 127.5 - 1;
    const end = share < 0 ? low : high;
    const weight = sharp ? 1 : Math.abs(share);
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * value + channel] = middle[channel] + (end[channel] - middle[channel]) * weight;
    }
    rgba[4 * value + 3] = 255;
  }
  return { rgba, words: new Uint32Array(rgba.buffer) };
}

// Paint a square picture of bytes, one canvas pixel each.
function fill(canvas, values, palette) {
  const pen = canvas.getContext("2d");
  if (canvas.image?.width !== canvas.width) canvas.image = pen.createImageData(canvas.width, canvas.height);
  const { image } = canvas;
  const words = new Uint32Array(image.data.buffer);
  for (let at = 0; at < words.length; at++) words[at] = palette.words[values[at]];
  pen.putImageData(image, 0, 0);
}

// As many pixels as the screen has for this canvas.
function fit(canvas) {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}

function clear(canvas) {
  const pen = canvas.getContext("2d");
  const scale = window.devicePixelRatio || 1;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return pen;
}
