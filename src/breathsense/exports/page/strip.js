"use strict";
// The strip chart: scrolls and zooms over all samples that are in the page, down to single ones.
(() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const canvas = document.getElementById("strip");
  const tools = document.getElementById("tools");
  const readout = document.getElementById("readout");
  const pen = canvas.getContext("2d");
  const HOLE = -32768;
  const LANE = 150, EVENTS = 34, AXIS = 24, LEFT = 64;
  const colours = { ink: "#1b2530", soft: "#5b6876", line: "#d5dce3", wave: "#0b5c8a",
    inhale: "#dcecf7", brace: "#c9781f", "draw-in": "#7a4fa3", bad: "#e3e3e3" };

  const lanes = told.lanes.map((lane) => {
    const bytes = Uint8Array.from(atob(lane.values), (letter) => letter.charCodeAt(0));
    return { ...lane, values: new Int16Array(bytes.buffer) };
  });
  const end = told.duration_s;
  const shortest = lanes.length ? Math.min(...lanes.map((lane) => 20 / lane.rate_hz)) : 1;
  let from = 0, span = Math.min(60, end);

  const height = EVENTS + lanes.length * LANE + AXIS;
  canvas.height = height;
  canvas.hidden = tools.hidden = document.getElementById("live").hidden = false;

  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
  function show(newFrom, newSpan) {
    span = clamp(newSpan, Math.min(shortest, end), end);
    from = clamp(newFrom, 0, Math.max(0, end - span));
    requestAnimationFrame(draw);
  }

  const width = () => canvas.clientWidth - LEFT;
  const x = (t) => LEFT + ((t - from) / span) * width();
  const time = (pixel) => from + ((pixel - LEFT) / width()) * span;
  const clock = (t) => {
    const whole = Math.floor(t), rest = t - whole;
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const text = parts.map((part, at) => String(part).padStart(at ? 2 : 1, "0")).join(":");
    return span < 10 ? text + rest.toFixed(2).slice(1) : text;
  };

  function step() {
    const fair = span / (width() / 90);
    const known = [.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
    return known.find((one) => one >= fair) || 7200;
  }

  function range(lane) {
    // The same gain for the whole session: what looks deeper is deeper.
    return (value) => (lane.high - (value * lane.scale + lane.offset)) / (lane.high - lane.low);
  }

  function drawLane(lane, top) {
    const place = range(lane), first = Math.max(0, Math.floor((from - lane.start_s) * lane.rate_hz));
    const last = Math.min(lane.values.length - 1,
      Math.ceil((from + span - lane.start_s) * lane.rate_hz));
    const perPixel = (last - first) / width(), at = (index) => lane.start_s + index / lane.rate_hz;
    const y = (value) => top + 8 + place(value) * (LANE - 16);
    pen.strokeStyle = colours.wave;
    pen.lineWidth = 1.4;
    pen.beginPath();
    if (perPixel > 3) {
      // Lowest and highest of each column: no peak is ever lost.
      for (let column = 0; column < width(); column++) {
        let low = Infinity, high = -Infinity;
        const stop = Math.min(last, Math.ceil(first + (column + 1) * perPixel));
        for (let index = Math.floor(first + column * perPixel); index <= stop; index++) {
          const value = lane.values[index];
          if (value === HOLE) continue;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        if (high >= low) {
          const across = x(at(first + column * perPixel));
          pen.moveTo(across, y(high) - .5);
          pen.lineTo(across, y(low) + .5);
        }
      }
    } else {
      let isDown = false;
      for (let index = first; index <= last; index++) {
        const value = lane.values[index];
        if (value === HOLE) { isDown = false; continue; }
        if (isDown) pen.lineTo(x(at(index)), y(value));
        else pen.moveTo(x(at(index)), y(value));
        isDown = true;
      }
    }
    pen.stroke();
    if (perPixel < .12) {
      pen.fillStyle = colours.wave;
      for (let index = first; index <= last; index++) {
        if (lane.values[index] !== HOLE) pen.fillRect(x(at(index)) - 2, y(lane.values[index]) - 2, 4, 4);
      }
    }
    pen.fillStyle = colours.soft;
    pen.textAlign = "left";
    pen.fillText(lane.label, 4, top + 14);
    pen.textAlign = "right";
    pen.fillText(lane.high.toPrecision(3), LEFT - 5, top + 28);
    pen.fillText(lane.low.toPrecision(3), LEFT - 5, top + LANE - 6);
  }

  function drawShades(shown, bottom) {
    for (const [start, length, kind, label] of shown) {
      const a = Math.max(LEFT, x(start)), b = Math.max(a + 1, x(start + length));
      const isBad = kind === "gap" || kind === "not scored";
      if (!isBad && (kind !== "inhale" || span >= 600)) continue;
      pen.fillStyle = isBad ? colours.bad : colours.inhale;
      pen.fillRect(a, EVENTS, b - a, bottom - EVENTS);
      pen.fillStyle = colours.soft;
      if (isBad && b - a > 40) pen.fillText(label.replace("_", " "), a + 3, bottom - 5);
    }
  }

  const isWord = (kind) => kind === "mark" || kind === "annotation";
  function fit(words, room) {
    // Words end where the next ones begin: better cut than written over one another.
    let text = words;
    while (text && pen.measureText(text).width > room) text = text.slice(0, -1);
    return text;
  }

  function drawSigns(shown, bottom) {
    const begins = shown.filter((event) => isWord(event[2])).map((event) => event[0]);
    for (const [start, length, kind, label] of shown) {
      const a = x(start), b = Math.max(a + 1, x(start + length));
      if (kind === "brace" || kind === "draw-in") {
        pen.fillStyle = colours[kind];
        pen.fillRect(Math.max(LEFT, a), 20, b - Math.max(LEFT, a), 10);
        pen.fillText(kind, Math.max(LEFT, a), 15);
      } else if (kind === "by hand" && a >= LEFT) {
        pen.fillStyle = colours.ink;
        pen.fillText("✎", a, bottom - 5);
      } else if (isWord(kind) && a >= LEFT) {
        pen.strokeStyle = pen.fillStyle = colours.ink;
        pen.setLineDash([3, 3]);
        pen.beginPath();
        pen.moveTo(a, EVENTS);
        pen.lineTo(a, bottom);
        pen.stroke();
        pen.setLineDash([]);
        const next = begins.find((begin) => begin > start);
        pen.fillText(fit(label, (next === undefined ? canvas.clientWidth : x(next)) - a - 6),
          a + 3, EVENTS + 12);
      }
    }
  }

  function drawEvents() {
    const shown = told.events.filter(([start, length]) =>
      start <= from + span && start + length >= from);
    pen.textAlign = "left";
    drawShades(shown, height - AXIS);
    drawSigns(shown, height - AXIS);
  }

  function draw() {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = height * ratio;
    canvas.style.height = `${height}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = "11px system-ui, Arial, sans-serif";
    pen.clearRect(0, 0, canvas.clientWidth, height);
    drawEvents();
    pen.textAlign = "center";
    const wide = step();
    for (let t = Math.ceil(from / wide) * wide; t <= from + span; t += wide) {
      pen.strokeStyle = colours.line;
      pen.beginPath();
      pen.moveTo(x(t), EVENTS);
      pen.lineTo(x(t), height - AXIS);
      pen.stroke();
      pen.fillStyle = colours.soft;
      pen.fillText(clock(t), x(t), height - 8);
    }
    lanes.forEach((lane, number) => drawLane(lane, EVENTS + number * LANE));
    readout.textContent = `${clock(from)} to ${clock(from + span)}`;
    for (const button of tools.querySelectorAll("button[data-span]")) {
      const asked = Math.min(Number(button.dataset.span) || end, end);
      button.setAttribute("aria-pressed", String(Math.abs(asked - span) < 1e-6));
    }
    performance.mark("painted");
  }

  tools.addEventListener("click", (event) => {
    const asked = event.target.dataset && event.target.dataset.span;
    if (asked !== undefined) show(from + span / 2 - (Number(asked) || end) / 2, Number(asked) || end);
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      show(from + ((event.deltaX || event.deltaY) / width()) * span, span);
      return;
    }
    const about = time(event.offsetX), factor = Math.exp(event.deltaY * .002);
    const wanted = clamp(span * factor, Math.min(shortest, end), end);
    show(about - ((about - from) / span) * wanted, wanted);
  }, { passive: false });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    held = { at: event.offsetX, from };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held) show(held.from - ((event.offsetX - held.at) / width()) * span, span);
  });
  canvas.addEventListener("pointerup", () => { held = null; });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-.2, 1], ArrowRight: [.2, 1], PageUp: [-1, 1], PageDown: [1, 1],
      "+": [.25, .5], "=": [.25, .5], "-": [-.5, 2], Home: [-1e9, 1], End: [1e9, 1] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    show(from + move[0] * span, span * move[1]);
  });
  window.addEventListener("resize", () => show(from, span));
  draw();
})();
