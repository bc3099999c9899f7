// SPDX-License-Identifier: Apache-2.0

/** The photo at any zoom: before and after, and the tools that work on it. */

import {MaskEditor} from '/masks.js';
import {pointName, strokes} from '/landmarks.js';

const maskColor = [64, 110, 255];
const maxScale = 16;
const margin = 24;
const pointReach = 14;  // within how many pixels of the screen a point is picked up

export class Stage extends EventTarget {
  #element;
  #canvas;
  #context;
  #split;
  #photo = null;
  #scale = 1;  // CSS pixels for one pixel of the photo
  #left = 0;   // of the photo, in CSS pixels
  #top = 0;
  #size = {width: 0, height: 0};  // of the stage, in CSS pixels
  #isFitted = true;
  #splitAt = 0.5;
  #holdsBefore = false;
  #drag = null;
  #pointers = new Map();
  #cursor = null;  // of the brush, in pixels of the photo
  #editor = null;
  #editorOf = null;
  #moved = null;   // landmarks while one is dragged
  #isDrawing = false;
  view = 'split';
  tool = 'move';
  brushSize = 40;  // in pixels of the photo
  point = 0;

  constructor(element) {
    super();
    this.#element = element;
    this.#canvas = element.querySelector('canvas');
    this.#context = this.#canvas.getContext('2d');
    this.#split = element.querySelector('#split');
    new ResizeObserver(() => this.#onResize()).observe(element);
    this.#listen();
  }

  /** Shows a photo; the same one again after it changed. */
  show(photo) {
    if (photo !== this.#photo) {
      this.#photo = photo;
      this.#isFitted = true;
      this.#editor = null;
      this.#editorOf = null;
      this.#moved = null;
      this.point = 0;
    }
    this.#fitIfNew();
    this.draw();
  }

  get scale() {
    return this.#scale;
  }

  setTool(tool) {
    this.tool = tool;
    this.#editor = null;
    this.#editorOf = null;
    this.#cursor = null;
    this.#canvas.classList.toggle('paint', this.#paints);
    this.#canvas.classList.toggle('points', tool === 'points');
    this.draw();
  }

  setView(view) {
    this.view = view;
    this.draw();
  }

  fit() {
    if (!this.#photo?.width) {
      return;
    }
    const {clientWidth: width, clientHeight: height} = this.#element;
    // In a narrow window the controls above and below would cover the photo.
    const [above, below] = width < 600 ? [56, 96] : [margin, margin];
    this.#scale = Math.min((width - 2 * margin) / this.#photo.width,
                           (height - above - below) / this.#photo.height, 4);
    this.#left = (width - this.#photo.width * this.#scale) / 2;
    this.#top = above + (height - above - below - this.#photo.height * this.#scale) / 2;
    this.#isFitted = true;
    this.#moved = null;
    this.draw();
  }

  /** Shows the chosen face with some room around it. */
  showFace() {
    const face = this.#photo?.face;
    if (!face) {
      return;
    }
    const [x, y, w, h] = face.box;
    const {clientWidth: width, clientHeight: height} = this.#element;
    const scale = Math.min(0.6 * Math.min(width, height) / Math.max(w, h), maxScale);
    this.#scale = scale;
    this.#left = width / 2 - (x + w / 2) * scale;
    this.#top = height / 2 - (y + h / 2) * scale;
    this.#isFitted = false;
    this.draw();
  }

  /** Zooms around a point of the stage; without one, around its center. */
  zoom(factor, at = this.#center) {
    const scale = Math.min(Math.max(this.#scale * factor, 0.02), maxScale);
    const real = scale / this.#scale;
    this.#left = at.x - (at.x - this.#left) * real;
    this.#top = at.y - (at.y - this.#top) * real;
    this.#scale = scale;
    this.#isFitted = false;
    this.#keepInSight();
    this.draw();
  }

  zoomToFull() {
    this.zoom(1 / (this.#scale * devicePixelRatio));
  }

  choosePoint(step) {
    const count = this.#photo?.face?.points?.length;
    if (count) {
      this.point = (this.point + step + count) % count;
      this.draw();
      this.#say(pointName(count, this.point));
    }
  }

  /** Moves the chosen landmark by pixels of the photo. */
  nudge(x, y) {
    const points = this.#photo?.face?.points;
    if (points) {
      const moved = points.map((point) => [...point]);
      moved[this.point][0] += x;
      moved[this.point][1] += y;
      this.#edit({landmarks: moved});
    }
  }

  draw() {
    if (!this.#isDrawing) {
      this.#isDrawing = true;
      requestAnimationFrame(() => {
        this.#isDrawing = false;
        this.#paintAll();
      });
    }
  }

  get #paints() {
    return this.tool === 'brush' || this.tool === 'eraser';
  }

  get #center() {
    return {x: this.#element.clientWidth / 2, y: this.#element.clientHeight / 2};
  }

  #edit(changes) {
    this.dispatchEvent(new CustomEvent('edit', {detail: changes}));
  }

  #say(text) {
    this.dispatchEvent(new CustomEvent('say', {detail: text}));
  }

  #onResize() {
    const ratio = devicePixelRatio;
    const {clientWidth: width, clientHeight: height} = this.#element;
    // What was in the middle stays there.
    this.#left += (width - this.#size.width) / 2;
    this.#top += (height - this.#size.height) / 2;
    this.#size = {width, height};
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    if (this.#isFitted) {
      this.fit();
    }
    this.draw();
  }

  #fitIfNew() {
    if (this.#isFitted) {
      this.fit();
    }
  }

  /** A strip of the photo always stays on the stage. */
  #keepInSight() {
    const {clientWidth: width, clientHeight: height} = this.#element;
    const least = 60;
    const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
    this.#left = clamp(this.#left, least - this.#photo.width * this.#scale, width - least);
    this.#top = clamp(this.#top, least - this.#photo.height * this.#scale, height - least);
  }

  // Drawing

  #paintAll() {
    const context = this.#context;
    const {width, height} = this.#canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const photo = this.#photo;
    this.#placeSplit();
    if (!photo?.bitmap) {
      return;
    }
    const ratio = devicePixelRatio;
    context.setTransform(this.#scale * ratio, 0, 0, this.#scale * ratio, this.#left * ratio,
                         this.#top * ratio);
    // At high zoom the pixels themselves are shown.
    context.imageSmoothingEnabled = this.#scale * ratio < 3;
    context.imageSmoothingQuality = 'high';
    context.drawImage(photo.bitmap, 0, 0);
    const view = this.#holdsBefore ? 'before' : this.view;
    if (view !== 'before') {
      this.#paintAfter(photo, view === 'split' ? this.#splitInPhoto : 0);
    }
    this.#paintMarks(photo);
    this.dispatchEvent(new CustomEvent('drawn'));
  }

  get #splitInPhoto() {
    return (this.#splitAt * this.#element.clientWidth - this.#left) / this.#scale;
  }

  #paintAfter(photo, from) {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(Math.max(0, from), 0, Math.max(0, photo.width - Math.max(0, from)), photo.height);
    context.clip();
    for (const face of photo.faces) {
      if (face.facts.version && face.isPainted && face.edit.accept) {
        const version = face.shown ?? (face.state === 'failed' ? undefined
          : [...face.versions.values()].find((one) => one.facts === face.facts));
        if (version?.bitmap) {
          context.drawImage(version.bitmap, version.facts.region.x, version.facts.region.y);
        }
      }
    }
    context.restore();
  }

  #paintMarks(photo) {
    const context = this.#context;
    const face = photo.face;
    if (this.#paints && face) {
      this.#paintMask(face);
    } else if (this.tool === 'points' && face?.points) {
      this.#paintPoints(this.#moved ?? face.points);
    } else if (photo.faces.length > 1 && !this.#holdsBefore) {
      photo.faces.forEach((other, index) => {
        context.lineWidth = (other === face ? 2.5 : 1.25) / this.#scale;
        context.strokeStyle = other === face ? '#fff' : 'rgb(255 255 255 / 60%)';
        context.shadowColor = 'rgb(0 0 0 / 70%)';
        context.shadowBlur = 3 * devicePixelRatio;
        context.beginPath();
        context.roundRect(...other.box, 6 / this.#scale);
        context.stroke();
        context.shadowBlur = 0;
        this.#paintNumber(other.box, index + 1);
      });
    }
  }

  #paintNumber([x, y], number) {
    const context = this.#context;
    const size = 18 / this.#scale;
    context.fillStyle = 'rgb(20 20 22 / 82%)';
    context.beginPath();
    context.roundRect(x + 5 / this.#scale, y + 5 / this.#scale, size, size, size / 2);
    context.fill();
    context.fillStyle = '#fff';
    context.font = `600 ${11 / this.#scale}px system-ui, sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(number, x + 5 / this.#scale + size / 2, y + 5.5 / this.#scale + size / 2);
  }

  #paintMask(face) {
    const context = this.#context;
    const editor = this.#editorFor(face);
    context.globalAlpha = 0.5;
    context.drawImage(editor.canvas, editor.x, editor.y);
    context.globalAlpha = 1;
    if (this.#cursor) {
      const circle = (radius, style, width) => {
        context.beginPath();
        context.arc(this.#cursor.x + 0.5, this.#cursor.y + 0.5, radius, 0, 2 * Math.PI);
        context.lineWidth = width / this.#scale;
        context.strokeStyle = style;
        context.stroke();
      };
      circle(this.brushSize / 2, 'rgb(0 0 0 / 70%)', 3);
      circle(this.brushSize / 2, '#fff', 1.5);
    }
  }

  #paintPoints(points) {
    const context = this.#context;
    const line = (color, width) => {
      context.strokeStyle = color;
      context.lineWidth = width / this.#scale;
      context.lineJoin = 'round';
      for (const [, first, last, closed] of strokes[points.length]) {
        context.beginPath();
        for (let i = first; i <= last; i += 1) {
          context.lineTo(points[i][0] + 0.5, points[i][1] + 0.5);
        }
        if (closed) {
          context.closePath();
        }
        context.stroke();
      }
    };
    line('rgb(0 0 0 / 55%)', 3);
    line('rgb(255 255 255 / 90%)', 1.25);
    points.forEach(([x, y], i) => {
      const chosen = i === this.point;
      context.beginPath();
      context.arc(x + 0.5, y + 0.5, (chosen ? 6 : 3.2) / this.#scale, 0, 2 * Math.PI);
      context.fillStyle = chosen ? '#ffd34d' : '#fff';
      context.fill();
      context.lineWidth = 1.5 / this.#scale;
      context.strokeStyle = 'rgb(0 0 0 / 75%)';
      context.stroke();
    });
  }

  #placeSplit() {
    const isUsed = this.view === 'split' && !this.#holdsBefore && Boolean(this.#photo?.bitmap);
    this.#split.hidden = !isUsed;
    this.#split.style.left = `${this.#splitAt * 100}%`;
    this.#split.setAttribute('aria-valuenow', String(Math.round(this.#splitAt * 100)));
    this.#split.setAttribute('aria-valuetext',
                             `${Math.round(this.#splitAt * 100)} percent of the view shows the photo before`);
    const view = this.#holdsBefore ? 'before' : this.view;
    this.#element.querySelector('#tag-before').hidden = view === 'after';
    this.#element.querySelector('#tag-after').hidden = view === 'before';
  }

  #editorFor(face) {
    // The mask may have changed by undo, redo or a new painting.
    if (!this.#editor || this.#editorOf !== face.mask) {
      this.#editorOf = face.mask;
      this.#editor = new MaskEditor(this.#photo, face.box, face.mask, maskColor);
    }
    return this.#editor;
  }

  // Pointer and keyboard

  #listen() {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => this.#onDown(event));
    canvas.addEventListener('pointermove', (event) => this.#onMove(event));
    for (const type of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(type, (event) => this.#onUp(event));
    }
    canvas.addEventListener('pointerleave', () => {
      if (!this.#drag) {
        this.#cursor = null;
        this.draw();
      }
    });
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      if (this.#photo?.bitmap) {
        this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), this.#place(event));
      }
    }, {passive: false});
    canvas.addEventListener('keydown', (event) => this.#onKey(event));
    canvas.addEventListener('keyup', (event) => {
      if (event.key === ' ') {
        this.#holdsBefore = false;
        this.draw();
      }
    });
    canvas.addEventListener('blur', () => {
      this.#holdsBefore = false;
      this.draw();
    });
    this.#listenToSplit();
  }

  #listenToSplit() {
    const split = this.#split;
    const set = (value) => {
      this.#splitAt = Math.min(Math.max(value, 0), 1);
      this.#placeSplit();
      this.draw();
    };
    split.addEventListener('pointerdown', (event) => {
      split.setPointerCapture(event.pointerId);
      split.focus({preventScroll: true});
      event.preventDefault();
    });
    split.addEventListener('pointermove', (event) => {
      if (split.hasPointerCapture(event.pointerId)) {
        set(this.#place(event).x / this.#element.clientWidth);
      }
    });
    split.addEventListener('keydown', (event) => {
      const steps = {ArrowLeft: -0.02, ArrowDown: -0.02, ArrowRight: 0.02, ArrowUp: 0.02, PageDown: -0.1, PageUp: 0.1};
      if (event.key in steps) {
        set(this.#splitAt + steps[event.key]);
      } else if (event.key === 'Home' || event.key === 'End') {
        set(event.key === 'Home' ? 0 : 1);
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  /** Where an event is on the stage, in CSS pixels. */
  #place(event) {
    const bounds = this.#element.getBoundingClientRect();
    return {x: event.clientX - bounds.left, y: event.clientY - bounds.top};
  }

  /** Where a place on the stage is in the photo; (0, 0) is the center of the first pixel. */
  #inPhoto({x, y}) {
    return {x: (x - this.#left) / this.#scale - 0.5, y: (y - this.#top) / this.#scale - 0.5};
  }

  #onDown(event) {
    if (!this.#photo?.bitmap || event.button > 1) {
      return;
    }
    this.#canvas.setPointerCapture(event.pointerId);
    const place = this.#place(event);
    this.#pointers.set(event.pointerId, place);
    if (this.#pointers.size === 2) {
      this.#drag = null;  // Two fingers zoom.
      this.#editor = null;
      this.#moved = null;
      return;
    }
    const at = this.#inPhoto(place);
    const face = this.#photo.face;
    if (event.button === 0 && this.#paints && face) {
      this.#drag = {kind: 'paint', last: at};
      this.#editorFor(face).stroke(at, at, this.brushSize, this.tool === 'eraser');
    } else if (event.button === 0 && this.tool === 'points' && face?.points && this.#pick(face, at)) {
      this.#drag = {kind: 'point', from: face.points[this.point], start: at};
    } else {
      this.#drag = {kind: 'move', place, left: this.#left, top: this.#top, isClick: true};
      this.#canvas.classList.add('dragging');
    }
    this.draw();
  }

  /** Chooses the landmark near a place in the photo. */
  #pick(face, at) {
    const distances = face.points.map(([x, y]) => Math.hypot(x - at.x, y - at.y));
    const nearest = distances.indexOf(Math.min(...distances));
    if (distances[nearest] * this.#scale > pointReach) {
      return false;
    }
    this.point = nearest;
    this.#say(pointName(face.points.length, nearest));
    return true;
  }

  #onMove(event) {
    const place = this.#place(event);
    if (this.#pointers.size === 2 && this.#pointers.has(event.pointerId)) {
      this.#pinch(event.pointerId, place);
      return;
    }
    const at = this.#inPhoto(place);
    this.#cursor = this.#paints ? at : null;
    const drag = this.#drag;
    if (drag?.kind === 'paint') {
      for (const one of event.getCoalescedEvents?.() ?? []) {
        const on = this.#inPhoto(this.#place(one));
        this.#editor?.stroke(drag.last, on, this.brushSize, this.tool === 'eraser');
        drag.last = on;
      }
      this.#editor?.stroke(drag.last, at, this.brushSize, this.tool === 'eraser');
      drag.last = at;
    } else if (drag?.kind === 'point') {
      this.#moved = this.#photo.face.points.map((point) => [...point]);
      this.#moved[this.point] = [drag.from[0] + at.x - drag.start.x, drag.from[1] + at.y - drag.start.y];
    } else if (drag?.kind === 'move') {
      this.#left = drag.left + place.x - drag.place.x;
      this.#top = drag.top + place.y - drag.place.y;
      if (Math.hypot(place.x - drag.place.x, place.y - drag.place.y) > 4) {
        drag.isClick = false;
        this.#isFitted = false;
      }
      this.#keepInSight();
    }
    if (drag || this.#cursor) {
      this.draw();
    }
  }

  #pinch(id, place) {
    const other = [...this.#pointers].find(([key]) => key !== id)[1];
    const before = this.#pointers.get(id);
    const distance = (a) => Math.hypot(a.x - other.x, a.y - other.y);
    this.#left += (place.x - before.x) / 2;
    this.#top += (place.y - before.y) / 2;
    this.#pointers.set(id, place);
    this.zoom(distance(place) / Math.max(1, distance(before)),
              {x: (place.x + other.x) / 2, y: (place.y + other.y) / 2});
  }

  #onUp(event) {
    this.#pointers.delete(event.pointerId);
    this.#canvas.classList.remove('dragging');
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.kind === 'paint' && this.#editor) {
      this.#commitMask();
    } else if (drag?.kind === 'point' && this.#moved) {
      const moved = this.#moved;
      this.#moved = null;
      this.#edit({landmarks: moved});
    } else if (drag?.kind === 'move' && drag.isClick && this.tool === 'move') {
      this.#clickFace(this.#inPhoto(drag.place));
    }
    this.draw();
  }

  #commitMask() {
    const mask = this.#editor.mask();
    if (!mask) {
      this.#editor = null;
      this.#say('The mask would be empty; nothing was changed.');
      return;
    }
    // What was painted is kept on the canvas while the face is painted anew.
    this.#editorOf = mask;
    this.#edit({mask});
  }

  #clickFace(at) {
    const index = this.#photo.faces.findIndex(({box: [x, y, w, h]}) =>
      at.x >= x && at.x <= x + w && at.y >= y && at.y <= y + h);
    if (index >= 0) {
      this.dispatchEvent(new CustomEvent('face', {detail: index}));
    }
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#photo?.bitmap) {
      return;
    }
    const arrows = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
    const actions = {
      '+': () => this.zoom(1.25),
      '=': () => this.zoom(1.25),
      '-': () => this.zoom(0.8),
      0: () => this.fit(),
      1: () => this.zoomToFull(),
      f: () => this.showFace(),
      ' ': () => {
        this.#holdsBefore = true;
        this.draw();
      },
      Enter: () => this.#dab(),
    };
    if (event.key in arrows) {
      this.#onArrow(...arrows[event.key], event.shiftKey);
    } else if (event.key in actions) {
      actions[event.key]();
    } else if (this.tool === 'points' && (event.key === 'n' || event.key === 'p')) {
      this.choosePoint(event.key === 'n' ? 1 : -1);
    } else {
      this.dispatchEvent(new CustomEvent('key', {detail: event.key}));
      return;
    }
    event.preventDefault();
  }

  #onArrow(x, y, far) {
    if (this.tool === 'points') {
      this.nudge(x * (far ? 10 : 1), y * (far ? 10 : 1));
    } else if (this.#paints) {
      const [left, top, width, height] = this.#photo.face?.box ?? [0, 0, 0, 0];
      this.#cursor ??= {x: left + width / 2, y: top + 0.7 * height};
      const step = this.brushSize * (far ? 1 : 0.25);
      this.#cursor = {x: this.#cursor.x + x * step, y: this.#cursor.y + y * step};
      this.draw();
    } else {
      const step = far ? 200 : 50;
      this.#left -= x * step;
      this.#top -= y * step;
      this.#isFitted = false;
      this.#keepInSight();
      this.draw();
    }
  }

  #dab() {
    const face = this.#photo.face;
    if (this.#paints && face && this.#cursor) {
      this.#editorFor(face).stroke(this.#cursor, this.#cursor, this.brushSize, this.tool === 'eraser');
      this.#commitMask();
      this.draw();
    }
  }
}

/** Draws the part of a photo around a face, as it is shown, into a small canvas. */
export function drawFace(canvas, photo, face) {
  const context = canvas.getContext('2d');
  const [x, y, w, h] = face.box;
  const side = 1.25 * Math.max(w, h);
  const scale = canvas.width / side;
  context.setTransform(scale, 0, 0, scale, -(x + w / 2 - side / 2) * scale, -(y + h / 2 - side / 2) * scale);
  context.clearRect(x - side, y - side, 3 * side, 3 * side);
  context.imageSmoothingQuality = 'high';
  if (photo.bitmap) {
    context.drawImage(photo.bitmap, 0, 0);
  }
  const version = face.shown;
  if (version?.bitmap && face.edit.accept) {
    context.drawImage(version.bitmap, version.facts.region.x, version.facts.region.y);
  }
}

