// SPDX-License-Identifier: Apache-2.0

/** The list of photos and the strip of faces. */

import {drawFace} from '/stage.js';

const states = {
  reconstructed: ['Painted', 'good'],
  no_mask: ['No mask', ''],
  too_small: ['Too small', 'warn'],
  not_selected: ['Left out', ''],
  landmarks_unreliable: ['Unclear', 'warn'],
};

/** What a face is called in one or two words, and the class of its chip. */
export function stateOf(face) {
  if (face.state === 'waiting') {
    return ['Waiting', 'work'];
  }
  if (face.state === 'working') {
    return ['Painting', 'work'];
  }
  if (face.state === 'failed') {
    return [face.message.startsWith('Cancelled') ? 'Cancelled' : 'Failed', 'bad'];
  }
  if (face.isPainted && !face.edit.accept) {
    return ['Left as it is', ''];
  }
  return states[face.facts.status] ?? [face.facts.status, ''];
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function photoState(photo) {
  const texts = {
    waiting: 'Waiting',
    uploading: 'Reading',
    searching: 'Searching',
    failed: 'Failed',
    ready: `${photo.faces.length} ${photo.faces.length === 1 ? 'face' : 'faces'}`,
  };
  return photo.isWorking ? 'Painting' : texts[photo.state];
}

/** Keeps a list's items, by what they stand for, so that focus and scrolling stay. */
class Items {
  #list;
  #made = new Map();
  constructor(list) {
    this.#list = list;
  }
  show(keys, make, update) {
    for (const [key, item] of this.#made) {
      if (!keys.includes(key)) {
        item.remove();
        this.#made.delete(key);
      }
    }
    keys.forEach((key, index) => {
      if (!this.#made.has(key)) {
        this.#made.set(key, make(key));
      }
      const item = this.#made.get(key);
      if (this.#list.children[index] !== item) {
        this.#list.insertBefore(item, this.#list.children[index] ?? null);
      }
      update(item, key, index);
    });
  }
}

export class PhotoList {
  #items = new Items(document.getElementById('photo-list'));
  #nav = document.getElementById('photos');
  #photos;

  constructor(photos) {
    this.#photos = photos;
  }

  show() {
    this.#nav.hidden = this.#photos.list.length < 2;
    this.#items.show(this.#photos.list, (photo) => this.#make(photo), (item, photo) => this.#update(item, photo));
  }

  #make(photo) {
    const choose = element('button', {type: 'button', className: 'choose'},
                           element('canvas', {width: 200, height: 150}),
                           element('span', {className: 'name'}), element('span', {className: 'state'}));
    choose.addEventListener('click', () => this.#photos.select(photo));
    const icon = document.getElementById('keys').firstElementChild.cloneNode(true);
    icon.firstElementChild.setAttribute('href', '#i-close');
    const remove = element('button', {type: 'button', className: 'button icon remove'}, icon);
    remove.setAttribute('aria-label', `Remove ${photo.name}`);
    remove.addEventListener('click', () => this.#photos.remove(photo));
    return element('li', {className: 'photo'}, choose, remove);
  }

  #update(item, photo) {
    const choose = item.firstElementChild;
    choose.setAttribute('aria-current', String(photo === this.#photos.current));
    choose.querySelector('.name').textContent = photo.name;
    choose.querySelector('.state').textContent = photoState(photo);
    const canvas = choose.querySelector('canvas');
    if (photo.thumbnail && canvas.drawn !== photo.thumbnail) {
      canvas.drawn = photo.thumbnail;
      canvas.getContext('2d').drawImage(photo.thumbnail, 0, 0);
    }
  }
}

export class FaceStrip {
  #items = new Items(document.getElementById('face-list'));
  #section = document.getElementById('strip');
  #note = document.getElementById('no-faces');
  #again = document.getElementById('try-again');
  #photos;

  constructor(photos) {
    this.#photos = photos;
  }

  show() {
    const photo = this.#photos.current;
    this.#section.hidden = !photo;
    const faces = photo?.faces ?? [];
    this.#items.show(faces, (face) => this.#make(face), (item, face, index) => this.#update(item, face, index));
    const isEmpty = Boolean(photo) && faces.length === 0;
    this.#note.hidden = !isEmpty;
    this.#again.hidden = photo?.state !== 'failed' || photo.isRefused;
    if (isEmpty) {
      const failed = `${photo.name}: ${photo.message}`;
      this.#note.textContent = photo.state === 'failed' ? failed
        : photo.state === 'ready' ? 'No face was found in this photo.' : 'Looking for faces…';
    }
  }

  #make(face) {
    const button = element('button', {type: 'button', className: 'face'},
                           element('canvas', {width: 108, height: 108}),
                           element('span', {className: 'text'}, element('strong'), element('span')));
    button.addEventListener('click', () => this.#photos.selectFace(face.index));
    return element('li', {}, button);
  }

  #update(item, face, index) {
    const photo = this.#photos.current;
    const button = item.firstElementChild;
    const [text, kind] = stateOf(face);
    button.setAttribute('aria-pressed', String(index === photo.selected));
    button.querySelector('strong').textContent = `Face ${index + 1}`;
    const chip = button.querySelector('.text').lastElementChild;
    chip.textContent = text;
    chip.className = `chip ${kind}`;
    button.title = face.state === 'failed' ? face.message : face.reason;
    drawFace(button.querySelector('canvas'), photo, face);
  }
}
