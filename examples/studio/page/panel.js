// SPDX-License-Identifier: Apache-2.0

/** The choices for the chosen face. */

import {pointName} from '/landmarks.js';
import {ReferenceChoice} from '/references.js';
import {stateOf} from '/strips.js';

const $ = (id) => document.getElementById(id);

function check(name, value) {
  for (const input of document.getElementsByName(name)) {
    input.checked = input.value === String(value);
  }
}

export class Panel {
  #photos;
  #stage;
  #defaults;
  #reference;
  #viewBefore = null;  // while landmarks are moved

  /**
   * `defaults` are the choices of a face that nobody has touched, `about` is what the program says
   * about itself.
   */
  constructor(photos, stage, defaults, about) {
    this.#photos = photos;
    this.#stage = stage;
    this.#defaults = defaults;
    this.#reference = new ReferenceChoice(photos, about);
    $('quality').hidden = !about.has_qualities;
    $('variants').hidden = !about.has_variants;
    this.#listenToChoices();
    this.#listenToTools();
  }

  show() {
    const photo = this.#photos.current;
    const face = photo?.face;
    $('panel').hidden = !face;
    if (!face) {
      return;
    }
    const [text, kind] = stateOf(face);
    $('face-title').textContent = `Face ${photo.selected + 1}`;
    $('face-status').textContent = text;
    $('face-status').className = `chip ${kind}`;
    $('face-reason').textContent = this.#reason(face);
    this.#showChoices(face);
    this.#reference.show(face);
    this.#showTools(face);
  }

  /** Takes files that are dropped on the panel. */
  takeReference(files) {
    this.#reference.take(files);
  }

  #reason(face) {
    if (face.state === 'failed') {
      return face.message;
    }
    if (!face.isPainted) {
      return face.reason;
    }
    if (!face.edit.accept) {
      return '';
    }
    return ['shape', 'pixels'].includes(face.facts.reference)
      ? 'The likeness comes from the reference photo. The painted part is still a guess.'
      : 'The painted part is a guess. It may not look like the person.';
  }

  #showChoices(face) {
    const {edit, facts} = face;
    check('accept', edit.accept);
    check('quality', edit.quality);
    check('gender', edit.gender);
    check('blend', edit.blend);
    check('expression', edit.expression);
    check('variant', edit.variant);
    $('accept').hidden = !face.isPainted;
    $('dilation').value = edit.dilation;
    $('dilation-value').textContent = `${(100 * edit.dilation).toFixed(1)} % of the face`;
    const percent = Math.round(100 * (facts.gender_probability ?? 0));
    const doubt = facts.gender_uncertain ? ', but is not sure' : '';
    $('gender-note').textContent = facts.gender && edit.gender === 'auto'
      ? `The model chose ${facts.gender} (${percent} %)${doubt}. It judges the picture, not the person.`
      : '';
    const isTried = Boolean(edit.anyway) || edit.mask || edit.landmarks;
    const canTry = ['too_small', 'landmarks_unreliable'].includes(face.found.status) && !isTried;
    $('paint-anyway').hidden = !canTry && face.state !== 'failed';
    $('paint-anyway').textContent = face.state === 'failed' ? 'Paint again' : 'Paint anyway';
    $('reset').hidden = this.#isUntouched(edit);
  }

  #isUntouched(edit) {
    const defaults = this.#defaults();
    return Object.keys(edit).every((key) => edit[key] === (defaults[key] ?? edit[key])) &&
        !edit.mask && !edit.landmarks && !edit.reference && !edit.anyway;
  }

  #showTools(face) {
    const stage = this.#stage;
    check('tool', stage.tool);
    const paints = stage.tool === 'brush' || stage.tool === 'eraser';
    $('mask-options').hidden = !paints;
    $('mask-reset').hidden = !face.edit.mask;
    $('brush-size').value = stage.brushSize;
    $('brush-size-value').textContent = `${stage.brushSize} px`;
    $('point-options').hidden = stage.tool !== 'points';
    $('points-reset').hidden = !face.edit.landmarks;
    const points = face.points;
    document.querySelector('[name=tool][value=points]').disabled = !points;
    this.showPoint();
  }

  /** Shows which landmark is chosen. */
  showPoint() {
    const points = this.#photos.current?.face?.points;
    if (points) {
      $('point-name').textContent = pointName(points.length, this.#stage.point);
    }
  }

  setTool(tool) {
    this.#stage.setTool(tool);
    const face = this.#photos.current?.face;
    if (face && tool !== 'move') {
      // A brush of a tenth of the face is right at the first try.
      if (!face.hasBrush) {
        face.hasBrush = true;
        this.setBrush(Math.round(0.1 * Math.max(face.box[2], face.box[3])));
      }
    }
    this.#showFor(tool);
    this.show();
  }

  /** Landmarks are placed on the photo before; afterward it is shown as it was. */
  #showFor(tool) {
    if (tool === 'points') {
      this.#viewBefore ??= this.#stage.view;
      this.#stage.setView('before');
    } else if (this.#viewBefore) {
      this.#stage.setView(this.#viewBefore);
      this.#viewBefore = null;
    }
    check('view', this.#stage.view);
  }

  setBrush(size) {
    const range = $('brush-size');
    this.#stage.brushSize = Math.min(Math.max(Math.round(size), Number(range.min)), Number(range.max));
    this.show();
    this.#stage.draw();
  }

  #edit(changes) {
    const photo = this.#photos.current;
    if (photo?.face) {
      this.#photos.edit(photo, photo.face, changes);
    }
  }

  #listenToChoices() {
    for (const name of ['quality', 'gender', 'blend', 'expression']) {
      $(name).addEventListener('change', (event) => this.#edit({[name]: event.target.value}));
    }
    $('variant').addEventListener('change', (event) => this.#edit({variant: Number(event.target.value)}));
    $('accept').addEventListener('change', (event) => this.#edit({accept: event.target.value === 'true'}));
    $('dilation').addEventListener('input', (event) => this.#edit({dilation: Number(event.target.value)}));
    $('paint-anyway').addEventListener('click', () => {
      const photo = this.#photos.current;
      if (photo.face.state === 'failed') {
        this.#photos.retry(photo, photo.face);
      } else {
        this.#edit({anyway: true});
      }
    });
    $('reset').addEventListener('click', () => this.#edit({...this.#defaults(), anyway: false}));
  }

  #listenToTools() {
    for (const input of document.getElementsByName('tool')) {
      input.addEventListener('change', () => this.setTool(input.value));
    }
    $('brush-size').addEventListener('input', (event) => this.setBrush(Number(event.target.value)));
    $('mask-reset').addEventListener('click',
                                     () => this.#edit({mask: null, dilation: this.#defaults().dilation}));
    $('points-reset').addEventListener('click', () => this.#edit({landmarks: null}));
    $('point-previous').addEventListener('click', () => this.#stage.choosePoint(-1));
    $('point-next').addEventListener('click', () => this.#stage.choosePoint(1));
    for (const button of document.querySelectorAll('[data-nudge]')) {
      button.addEventListener('click', () => this.#stage.nudge(...button.dataset.nudge.split(',').map(Number)));
    }
  }
}
