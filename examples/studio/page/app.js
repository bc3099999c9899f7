// SPDX-License-Identifier: Apache-2.0

/** Puts the page together. */

import {Api, ApiError, messageOf} from '/api.js';
import {Panel} from '/panel.js';
import {Photos} from '/photos.js';
import {outcomeOf} from '/references.js';
import {saveAll, savePhoto} from '/save.js';
import {Stage} from '/stage.js';
import {FaceStrip, PhotoList, stateOf} from '/strips.js';

const $ = (id) => document.getElementById(id);

const steps = {
  detect: 'looking for faces',
  landmarks: 'locating their parts',
  segment: 'finding the masks',
  gender: 'choosing the painter',
  inpaint: 'painting',
  composite: 'blending',
};

/** The choices of a face that nobody has touched. */
const defaults = () => ({
  accept: true,
  gender: 'auto',
  quality: 'fine',
  blend: 'feather',
  dilation: 0.02,
  expression: 'as_found',
  variant: 0,
  landmarks: null,
  mask: null,
  reference: null,
});

class App {
  #api = new Api();
  #photos = new Photos(this.#api, defaults);
  #stage = new Stage($('stage'));
  #list = new PhotoList(this.#photos);
  #strip = new FaceStrip(this.#photos);
  #panel;
  #about;
  #spoken = '';

  async run() {
    this.#setTheme(localStorage.getItem('demask-theme'));
    try {
      this.#about = await this.#api.open();
    } catch (error) {
      this.#fail(error);
      return;
    }
    const names = this.#about.extensions.map((extension) => extension.slice(1).toUpperCase());
    $('formats').textContent =
        `${names.join(', ')}, up to ${this.#about.photo_bytes / 2 ** 20} MiB each`;
    $('files').accept = this.#about.extensions.join();
    this.#panel = new Panel(this.#photos, this.#stage, defaults, this.#about);
    this.#listenToPhotos();
    this.#listenToBar();
    this.#listenToDrops();
    this.#listenToStage();
    document.body.dataset.ready = 'true';
    this.#api.listen((event) => this.#photos.onEvent(event).catch((error) => this.#fail(error)))
        .catch((error) => this.#fail(error));
  }

  #fail(error) {
    const isLost = error instanceof ApiError && (error.status === 401 || error.code === 'session_gone');
    $('banner').hidden = false;
    $('banner').textContent = isLost && error.status === 401
      ? 'This page needs the link that the program printed. Open that link.'
      : isLost ? 'The program has dropped the photos of this page. Reload the page to start again.'
      : messageOf(error);
  }

  #say(text) {
    $('status').textContent = text;
  }

  // Showing

  #showAll() {
    const photo = this.#photos.current;
    $('welcome').hidden = Boolean(photo);
    $('stage').hidden = !photo;
    $('main').className = photo ? 'work' : 'empty';
    $('undo').disabled = !photo?.past.length;
    $('redo').disabled = !photo?.future.length;
    $('save').disabled = photo?.state !== 'ready';
    $('save-all').hidden = this.#photos.list.length < 2;
    $('save-all').disabled = !this.#photos.list.some((one) => one.state === 'ready');
    document.title = photo ? `${photo.name} – demask studio` : 'demask studio';
    $('canvas').setAttribute('aria-label', photo ? this.#describe(photo) : 'Photo');
    this.#stage.show(photo);
    this.#list.show();
    this.#strip.show();
    this.#panel.show();
    this.#showProgress(photo);
  }

  #describe(photo) {
    const painted = photo.faces.filter((face) => face.isShown).length;
    return photo.state === 'ready'
      ? `${photo.name}, ${photo.faces.length} faces, ${painted} painted as a guess`
      : photo.name;
  }

  #showProgress(photo) {
    const isBusy = Boolean(photo) && photo.state !== 'ready' && photo.state !== 'failed' || photo?.isWorking;
    $('progress').hidden = !isBusy;
    if (!isBusy) {
      return;
    }
    const {job} = photo;
    const isFace = typeof job?.face === 'number';
    const face = isFace ? `Face ${job.face + 1}` : 'Photo';
    const texts = {uploading: 'Reading the photo', searching: 'Waiting for its turn'};
    const text = job?.step ? `${face}: ${steps[job.step] ?? job.step}` : texts[photo.state];
    $('progress-text').textContent = text ?? 'Waiting';
    const bar = $('progress-bar');
    if (job?.total > 1) {
      bar.max = job.total;
      bar.value = job.done;
    } else {
      bar.removeAttribute('value');
    }
    $('cancel').hidden = photo.state === 'waiting' || photo.state === 'uploading';
  }

  /** Tells screen readers what became of a photo. */
  #announce(photo) {
    let text = '';
    if (photo.state === 'failed') {
      text = `${photo.name}: ${photo.message}`;
    } else if (photo.state === 'ready' && !photo.isWorking) {
      const faces = photo.faces.map((face, index) => {
        const reference = outcomeOf(face)[2];
        const note = reference ? ` (reference photo: ${reference})` : '';
        return `face ${index + 1} ${stateOf(face)[0].toLowerCase()}${note}`;
      });
      text = `${photo.name}: ${faces.join(', ') || 'no face found'}`;
    }
    if (text && text !== this.#spoken && photo === this.#photos.current) {
      this.#spoken = text;
      this.#say(text);
    }
  }

  // Listening

  #listenToPhotos() {
    this.#photos.addEventListener('list', () => this.#showAll());
    this.#photos.addEventListener('change', ({detail: photo}) => {
      this.#list.show();
      if (photo === this.#photos.current) {
        this.#showAll();
      }
      this.#announce(photo);
    });
  }

  #listenToBar() {
    for (const id of ['add', 'choose']) {
      $(id).addEventListener('click', () => $('files').click());
    }
    for (const id of ['add-folder', 'choose-folder']) {
      $(id).addEventListener('click', () => $('folder').click());
    }
    for (const id of ['files', 'folder']) {
      $(id).addEventListener('change', (event) => {
        this.#add([...event.target.files], id === 'folder');
        event.target.value = '';
      });
    }
    $('undo').addEventListener('click', () => this.#photos.undo());
    $('redo').addEventListener('click', () => this.#photos.redo());
    $('save').addEventListener('click', () => this.#save());
    $('save-all').addEventListener('click', () => this.#saveWith(() => saveAll(this.#api, this.#photos)));
    $('cancel').addEventListener('click', () => this.#photos.cancel(this.#photos.current));
    $('try-again').addEventListener('click', () => {
      $('canvas').focus();  // The button goes.
      this.#photos.retry(this.#photos.current);
    });
    $('keys').addEventListener('click', () => $('key-help').showModal());
    $('key-close').addEventListener('click', () => $('key-help').close());
    $('theme').addEventListener('click', () => {
      this.#setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark', true);
    });
    document.addEventListener('keydown', (event) => this.#onShortcut(event));
    addEventListener('pagehide', () => this.#api.close());
    addEventListener('beforeunload', (event) => {
      if (this.#photos.list.some((photo) => photo.past.length)) {
        event.preventDefault();
      }
    });
  }

  #onShortcut(event) {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !this.#photos.current) {
      return;
    }
    if (key === 'z' && !event.shiftKey) {
      this.#photos.undo();
    } else if (key === 'y' || (key === 'z' && event.shiftKey)) {
      this.#photos.redo();
    } else if (key === 's') {
      this.#save();
    } else {
      return;
    }
    event.preventDefault();
  }

  #save() {
    const photo = this.#photos.current;
    if (photo?.state === 'ready') {
      this.#saveWith(() => savePhoto(this.#api, this.#photos, photo));
    }
  }

  async #saveWith(action) {
    this.#say('Saving.');
    try {
      await action();
      this.#say('Saved. The painted parts are marked as synthetic.');
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Adds files; those in a folder only if their names say that they are photos. */
  #add(files, areOfFolder) {
    const isPhoto = ({name}) => this.#about.extensions.some((one) => name.toLowerCase().endsWith(one));
    const kept = files.filter((file) => !areOfFolder || (isPhoto(file) && !file.name.startsWith('.')));
    const fitting = kept.filter((file) => file.size <= this.#about.photo_bytes);
    const room = this.#about.photos - this.#photos.kept;
    const problems = [];
    if (kept.length > fitting.length) {
      problems.push(`${kept.length - fitting.length} larger than ${this.#about.photo_bytes / 2 ** 20} MiB`);
    }
    if (fitting.length > room) {
      problems.push(`${fitting.length - room} more than a page may hold`);
    }
    if (areOfFolder && kept.length === 0) {
      problems.push('the folder holds no photo');
    }
    $('banner').hidden = problems.length === 0;
    $('banner').textContent = `Not added: ${problems.join('; ')}.`;
    this.#photos.add(fitting.slice(0, Math.max(0, room)));
  }

  #listenToDrops() {
    const shade = $('dropping');
    let depth = 0;
    addEventListener('dragenter', () => {
      depth += 1;
      shade.hidden = false;
    });
    addEventListener('dragleave', () => {
      depth -= 1;
      shade.hidden = depth > 0 ? shade.hidden : true;
    });
    addEventListener('dragover', (event) => {
      event.preventDefault();
      $('dropping-text').textContent = this.#isForFace(event)
        ? `Drop as the reference photo of face ${this.#photos.current.selected + 1}` : 'Drop to add';
    });
    addEventListener('drop', async (event) => {
      event.preventDefault();
      depth = 0;
      shade.hidden = true;
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
      const loose = entries.length ? [] : [...event.dataTransfer.files];
      const hasFolder = entries.some((entry) => entry.isDirectory);
      if (this.#isForFace(event)) {
        this.#panel.takeReference(hasFolder ? [] : [...event.dataTransfer.files]);
        return;
      }
      const found = (await Promise.all(entries.map(filesOfEntry))).flat();
      this.#add([...loose, ...found], hasFolder);
    });
  }

  /** Whether what is dragged is over the choices for a face. */
  #isForFace(event) {
    return !$('panel').hidden && $('panel').contains(event.target);
  }

  #listenToStage() {
    const stage = this.#stage;
    stage.addEventListener('edit', ({detail}) => {
      const photo = this.#photos.current;
      // A painted mask is meant as it is; what was found had been grown already.
      const grown = detail.mask && !photo.face.edit.mask ? {dilation: 0} : {};
      this.#photos.edit(photo, photo.face, {...detail, ...grown});
    });
    stage.addEventListener('face', ({detail}) => this.#photos.selectFace(detail));
    stage.addEventListener('say', ({detail}) => {
      this.#say(detail);
      this.#panel.showPoint();
    });
    stage.addEventListener('key', ({detail}) => this.#onStageKey(detail));
    stage.addEventListener('drawn', () => {
      $('zoom-value').textContent = `${Math.round(100 * stage.scale * devicePixelRatio)}%`;
    });
    $('view').addEventListener('change', (event) => stage.setView(event.target.value));
    $('zoom-in').addEventListener('click', () => stage.zoom(1.25));
    $('zoom-out').addEventListener('click', () => stage.zoom(0.8));
    $('zoom-full').addEventListener('click', () => stage.zoomToFull());
    $('zoom-fit').addEventListener('click', () => stage.fit());
    $('zoom-face').addEventListener('click', () => stage.showFace());
  }

  #onStageKey(key) {
    const photo = this.#photos.current;
    const tools = {v: 'move', b: 'brush', e: 'eraser', l: 'points'};
    if (!photo?.face) {
      return;
    }
    if (key in tools) {
      if (key !== 'l' || photo.face.points) {
        this.#panel.setTool(tools[key]);
      }
    } else if (key === 'n' || key === 'p') {
      const count = photo.faces.length;
      this.#photos.selectFace((photo.selected + (key === 'n' ? 1 : count - 1)) % count);
      this.#say(`Face ${photo.selected + 1}, ${stateOf(photo.face)[0].toLowerCase()}`);
    } else if (key === 'a' && photo.face.isPainted) {
      this.#photos.edit(photo, photo.face, {accept: !photo.face.edit.accept});
    } else if (key === '[' || key === ']') {
      this.#panel.setBrush(this.#stage.brushSize * (key === '[' ? 0.8 : 1.25));
    }
  }

  #setTheme(theme, isChosen = false) {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    document.documentElement.dataset.theme = theme ?? (dark.matches ? 'dark' : 'light');
    if (isChosen) {
      localStorage.setItem('demask-theme', theme);
    } else if (!theme) {
      dark.addEventListener('change', () => this.#setTheme(localStorage.getItem('demask-theme')), {once: true});
    }
  }
}

/** The files of a dropped file or folder, with its subfolders. */
async function filesOfEntry(entry) {
  if (entry.isFile) {
    return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  }
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) {
      return files;
    }
    files.push(...(await Promise.all(entries.map(filesOfEntry))).flat());
  }
}

new App().run();
