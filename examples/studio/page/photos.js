// SPDX-License-Identifier: Apache-2.0

/** The photos of the page: what was found in them, what the user chose, and what was painted. */

import {ApiError, messageOf} from '/api.js';
import {Reference} from '/references.js';

/** How many painted versions of a face are kept; the program keeps as many. */
const maxVersions = 12;
/** How long choices may still change before a face is painted, in milliseconds. */
const settleTime = 350;
/** Changes of one kind that follow within this time are undone together, in milliseconds. */
const mergeTime = 700;
const cancelled = 'Cancelled.';
/** Answers by which the program refuses a file for good: malformed, too large, or no photo. */
const refusals = [400, 413, 415];

let nextMask = 1;
let nextTag = 1;

/** What is said about a face that is untouched, if the program gives no reason. */
const reasons = {
  no_mask: 'No mask was found on this face.',
  too_small: 'The face is too small to be painted.',
  landmarks_unreliable: 'The parts of the face could not be located well enough: it is turned ' +
      'away, hidden, or not a face.',
  not_selected: 'This face was left out.',
};

/** The name by which a painted version is kept: what it was painted with. */
function keyOf(edit) {
  const {gender, quality, blend, dilation, expression, variant, landmarks, mask, reference} = edit;
  return JSON.stringify([gender, quality, blend, dilation, expression, variant, landmarks, mask?.id ?? null,
                         reference?.key ?? null, Boolean(edit.anyway)]);
}

class Face {
  constructor(facts, edit) {
    this.index = facts.index;
    this.box = facts.box;
    this.found = facts;  // by the first search
    this.facts = facts;  // of the version that is shown
    this.edit = edit;
    this.versions = new Map();  // by key: {facts, bitmap}
    this.state = '';            // '', 'waiting', 'working' or 'failed'
    this.tag = 0;               // of the job asked for last
    this.job = null;            // the program's id of it
    this.message = '';
    this.attempts = 0;     // to paint it
    this.coming = null;    // the reference photo that is being uploaded
    this.problem = '';     // with the file that was given as reference photo
  }

  get points() {
    return this.edit.landmarks ?? this.facts.landmarks ?? this.found.landmarks;
  }
  /** The mask that the user sees while painting on it. */
  get mask() {
    return this.edit.mask ?? this.facts.region ?? this.found.region;
  }
  get isPainted() {
    return this.facts.status === 'reconstructed';
  }
  get reason() {
    return this.facts.reason || reasons[this.facts.status] || '';
  }
  /** Whether its version belongs into the photo. */
  get isShown() {
    return this.isPainted && this.edit.accept && this.shown !== undefined;
  }
  get shown() {
    return this.versions.get(keyOf(this.edit));
  }
}

export class Photo {
  constructor(file) {
    this.file = file;
    this.name = file.name;
    this.id = null;       // the program's
    this.state = 'waiting';  // then 'uploading', 'searching', 'ready' or 'failed'
    this.message = '';
    this.isRefused = false;  // whether another try would fail as well
    this.width = 0;
    this.height = 0;
    this.bitmap = null;
    this.faces = [];
    this.references = [];  // all that were chosen for its faces
    this.selected = 0;
    this.past = [];
    this.future = [];
    this.tag = 0;      // of the search
    this.job = null;   // what is being done: {id, face, step, done, total}
  }

  get face() {
    return this.faces[this.selected];
  }
  /** The versions that are saved, in the order of the faces. */
  get shownVersions() {
    return this.faces.filter((face) => face.isShown).map((face) => face.shown.facts.version);
  }
  get isWorking() {
    return this.faces.some((face) => face.state === 'waiting' || face.state === 'working');
  }
}

/** Fires 'change' with the photo that changed, 'list' when photos come or go. */
export class Photos extends EventTarget {
  #api;
  #defaults;
  #queue = [];
  #isUploading = false;
  #timers = new Map();
  #keys = new Map();  // of edits, by the tag of the job
  list = [];
  current = null;

  constructor(api, defaults) {
    super();
    this.#api = api;
    this.#defaults = defaults;
  }

  add(files) {
    for (const file of files) {
      const photo = new Photo(file);
      this.list.push(photo);
      this.#queue.push(photo);
    }
    this.current ??= this.list[0];
    this.#tell('list');
    this.#uploadNext();
  }

  async remove(photo) {
    const at = this.list.indexOf(photo);
    this.list.splice(at, 1);
    this.#queue = this.#queue.filter((other) => other !== photo);
    photo.bitmap?.close();
    if (this.current === photo) {
      this.current = this.list[Math.min(at, this.list.length - 1)] ?? null;
      this.#loadPicture(this.current);
    }
    this.#tell('list');
    if (photo.id !== null) {
      await this.#api.removePhoto(photo.id).catch(() => {});
    }
    await Promise.all(photo.references.map((reference) => reference.free(this.#api)));
  }

  /** How many photos the program keeps for this page. */
  get kept() {
    const references = this.list.flatMap((photo) => photo.references).filter(({isKept}) => isKept);
    return this.list.length + references.length;
  }

  /** Uploads a reference photo and paints a face with it, or says in the face what is wrong. */
  async addReference(photo, face, file) {
    const reference = new Reference(file);
    Object.assign(face, {coming: reference, problem: ''});
    this.changed(photo);
    try {
      const bitmap = await createImageBitmap(await this.#api.picture(await reference.id(this.#api)));
      reference.thumbnail = thumbnailOf(bitmap);
      bitmap.close();
      if (face.coming === reference && this.list.includes(photo)) {
        photo.references.push(reference);
        this.edit(photo, face, {reference});
        return;
      }
    } catch (error) {
      if (face.coming === reference) {
        Object.assign(face, {coming: null, problem: `${reference.name}: ${messageOf(error)}`});
        this.changed(photo);
      }
    }
    await reference.free(this.#api);
  }

  /** Drops the program's copies of references that no face uses; a step back uploads them again. */
  #freeUnused(photo) {
    for (const reference of photo.references) {
      if (!photo.faces.some((face) => face.edit.reference === reference)) {
        reference.free(this.#api);
      }
    }
  }

  select(photo) {
    this.current = photo;
    this.#loadPicture(photo);
    this.#tell('list');
  }

  selectFace(index) {
    this.current.selected = index;
    this.changed(this.current);
  }

  /** Changes choices for a face, so that it can be undone, and paints it anew if it has to. */
  edit(photo, face, changes) {
    if (changes.mask && !changes.mask.id) {
      changes.mask.id = nextMask;
      nextMask += 1;
    }
    if ('reference' in changes) {
      Object.assign(face, {coming: null, problem: ''});
    }
    const before = face.edit;
    face.edit = {...before, ...changes};
    const kind = Object.keys(changes).join();
    const last = photo.past.at(-1);
    const now = performance.now();
    if (last?.index === face.index && last.kind === kind && !['accept', 'reference'].includes(kind) &&
        !changes.mask && now - last.time < mergeTime) {
      Object.assign(last, {after: face.edit, time: now});
    } else {
      photo.past.push({index: face.index, kind, time: now, before, after: face.edit});
    }
    photo.future = [];
    this.#ensurePainted(photo, face);
  }

  undo() {
    this.#travel(this.current.past, this.current.future, 'before');
  }

  redo() {
    this.#travel(this.current.future, this.current.past, 'after');
  }

  #travel(from, to, side) {
    const step = from.pop();
    if (step) {
      to.push(step);
      const face = this.current.faces[step.index];
      face.edit = step[side];
      this.current.selected = step.index;
      this.#ensurePainted(this.current, face);
    }
  }

  /** Cancels all work on a photo. */
  async cancel(photo) {
    for (const face of photo.faces.filter((one) => one.state === 'waiting' && !one.job)) {
      clearTimeout(this.#timers.get(face));
      Object.assign(face, {state: 'failed', message: cancelled, attempts: face.attempts + 1});
    }
    const jobs = photo.faces.map((face) => face.job).filter(Boolean);
    if (photo.state === 'searching' && photo.job) {
      jobs.push(photo.job.id);
    }
    this.changed(photo);
    await Promise.all(jobs.map((job) => this.#api.cancel(job)));
  }

  /** Uploads or searches a photo for which that failed or was cancelled, or paints a face again. */
  retry(photo, face) {
    if (face) {
      this.#ensurePainted(photo, face);
    } else {
      Object.assign(photo, {state: 'waiting', message: ''});
      this.changed(photo);
      this.#queue.push(photo);
      this.#uploadNext();
    }
  }

  /** Forgets what the program no longer keeps, and paints it anew. */
  repaint(photo) {
    for (const face of photo.faces) {
      if (face.isShown) {
        face.versions.clear();
        this.#ensurePainted(photo, face);
      }
    }
  }

  /** Waits until nothing of a photo is being painted. */
  async settled(photo) {
    while (photo.isWorking || photo.state === 'searching') {
      await new Promise((resume) => this.addEventListener('change', resume, {once: true}));
    }
  }

  /** Takes an event of the program. */
  async onEvent(event) {
    const photo = this.list.find((other) => other.id === event.photo);
    if (!photo) {
      return;
    }
    const face = event.face === null ? null : photo.faces[event.face];
    if (event.type === 'done') {
      await this.#onDone(photo, face, event);
      this.changed(photo);
      return;
    }
    if (event.tag !== (face ?? photo).tag) {
      return;
    }
    if (event.type === 'queued' && face) {
      face.job = event.job;
    } else if (event.type === 'queued') {
      photo.job = {id: event.job, face: null};
    } else if (event.type === 'started' || event.type === 'progress') {
      const {job, step, done, total} = event;
      photo.job = {id: job, face: event.face, step, done, total};
      if (face) {
        face.state = 'working';
      }
    } else if (event.type === 'failed' || event.type === 'cancelled') {
      const message = event.message ?? cancelled;
      if (face) {
        Object.assign(face, {state: 'failed', message, job: null});
      } else {
        Object.assign(photo, {state: 'failed', message});
      }
      photo.job = null;
    }
    this.changed(photo);
  }

  async #onDone(photo, face, event) {
    if (!face) {
      photo.faces = event.faces.map((facts) => new Face(facts, {...this.#defaults()}));
      photo.selected = Math.max(0, photo.faces.findIndex((one) => one.isPainted));
    }
    for (const facts of event.faces) {
      const one = photo.faces[facts.index];
      await this.#keep(photo, one, facts, face ? this.#keys.get(event.tag) : keyOf(one.edit));
    }
    this.#keys.delete(event.tag);
    if (photo.job?.id === event.job) {
      photo.job = null;
    }
    if (face && face.tag === event.tag) {
      face.job = null;
    } else if (!face) {
      photo.state = 'ready';
    }
  }

  async #keep(photo, face, facts, key) {
    let bitmap = null;
    if (facts.version !== null && facts.status === 'reconstructed') {
      bitmap = await createImageBitmap(await this.#api.versionPicture(photo.id, facts.version));
    }
    face.versions.delete(key);
    face.versions.set(key, {facts, bitmap});
    while (face.versions.size > maxVersions) {
      const [oldest, version] = face.versions.entries().next().value;
      version.bitmap?.close();
      face.versions.delete(oldest);
    }
    if (key === keyOf(face.edit)) {
      face.facts = facts;
      face.state = '';
    }
  }

  #ensurePainted(photo, face) {
    clearTimeout(this.#timers.get(face));
    face.attempts += 1;
    const kept = face.shown;
    if (kept) {
      face.facts = kept.facts;
      face.state = '';
      if (face.job) {
        this.#api.cancel(face.job).catch(() => {});
        face.job = null;
      }
      face.tag = 0;
      this.#freeUnused(photo);
    } else {
      face.state = 'waiting';
      face.message = '';
      this.#timers.set(face, setTimeout(() => this.#paint(photo, face), settleTime));
    }
    this.changed(photo);
  }

  async #paint(photo, face) {
    const {gender, quality, blend, dilation, expression, variant, landmarks, mask} = face.edit;
    const {id, ...runs} = mask ?? {};
    const {attempts} = face;
    if (!this.list.includes(photo)) {
      return;
    }
    try {
      const reference = face.edit.reference ? await face.edit.reference.id(this.#api) : null;
      if (face.attempts !== attempts || !this.list.includes(photo)) {
        return;
      }
      face.tag = this.#newTag(keyOf(face.edit));
      await this.#api.paint(photo.id, face.index, face.tag, {
        gender, quality, blend, dilation, expression, variant, landmarks, mask: mask ? runs : null,
        reference,
      });
      this.#freeUnused(photo);
    } catch (error) {
      if (face.attempts === attempts) {
        Object.assign(face, {state: 'failed', message: messageOf(error), job: null});
        this.changed(photo);
      }
    }
  }

  #newTag(key) {
    const tag = nextTag;
    nextTag += 1;
    this.#keys.set(tag, key);
    return tag;
  }

  async #uploadNext() {
    if (this.#isUploading) {
      return;
    }
    this.#isUploading = true;
    for (let photo = this.#queue.shift(); photo; photo = this.#queue.shift()) {
      try {
        if (photo.id === null) {
          await this.#upload(photo);
        }
        if (this.list.includes(photo)) {
          await this.#search(photo);
          await this.#loadPicture(photo);
        }
      } catch (error) {
        const isRefused = error instanceof ApiError && refusals.includes(error.status);
        Object.assign(photo, {state: 'failed', message: messageOf(error), isRefused});
        this.changed(photo);
      }
    }
    this.#isUploading = false;
  }

  async #upload(photo) {
    photo.state = 'uploading';
    this.changed(photo);
    const {id, width, height} = await this.#api.addPhoto(photo.file);
    if (this.list.includes(photo)) {
      Object.assign(photo, {id, width, height, file: null});
    } else {  // Removed meanwhile.
      await this.#api.removePhoto(id);
    }
  }

  async #search(photo) {
    photo.state = 'searching';
    photo.message = '';
    const {gender, quality, blend, dilation} = this.#defaults();
    photo.tag = this.#newTag('');
    this.changed(photo);
    await this.#api.paint(photo.id, null, photo.tag, {gender, quality, blend, dilation});
  }

  async #loadPicture(photo) {
    if (!photo || photo.id === null || photo.bitmap) {
      return;
    }
    if (photo !== this.current && photo.thumbnail) {
      return;
    }
    const bitmap = await createImageBitmap(await this.#api.picture(photo.id));
    photo.thumbnail ??= thumbnailOf(bitmap);
    // Only the photo that is shown is kept decoded.
    if (photo === this.current) {
      for (const other of this.list) {
        other.bitmap?.close();
        other.bitmap = null;
      }
      photo.bitmap = bitmap;
    } else {
      bitmap.close();
    }
    this.changed(photo);
    this.#tell('list');
  }

  changed(photo) {
    this.#tell('change', photo);
  }

  #tell(type, photo = null) {
    this.dispatchEvent(new CustomEvent(type, {detail: photo}));
  }
}

function thumbnailOf(bitmap) {
  const canvas = new OffscreenCanvas(200, 150);
  const scale = Math.max(200 / bitmap.width, 150 / bitmap.height);
  canvas.getContext('2d').drawImage(bitmap, (200 - bitmap.width * scale) / 2,
                                    (150 - bitmap.height * scale) / 2, bitmap.width * scale,
                                    bitmap.height * scale);
  return canvas;
}
