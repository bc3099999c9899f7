// SPDX-License-Identifier: Apache-2.0

/** Reference photos: other photos of a person, from which a painted face takes its likeness. */

const $ = (id) => document.getElementById(id);

let nextKey = 1;

/** A photo of the same person. The program keeps it as long as a face uses it. */
export class Reference {
  #file;
  #upload = null;  // what the program answers, while it keeps the photo

  constructor(file) {
    this.#file = file;
    this.key = nextKey;
    this.name = file.name;
    this.thumbnail = null;
    nextKey += 1;
  }

  get isKept() {
    return this.#upload !== null;
  }

  /** The program's id of the photo, which is uploaded if the program does not keep it. */
  async id(api) {
    this.#upload ??= api.addPhoto(this.#file);
    const upload = this.#upload;
    try {
      return (await upload).id;
    } catch (error) {
      this.#upload = this.#upload === upload ? null : this.#upload;
      throw error;
    }
  }

  /** Drops the program's copy. */
  async free(api) {
    const upload = this.#upload;
    this.#upload = null;
    await upload?.then(({id}) => api.removePhoto(id)).catch(() => {});
  }
}

/** What became of a face's reference photo: one or two words, the class of their chip, a sentence. */
export function outcomeOf(face) {
  const {reference, reference_reason: reason} = face.facts;
  if (!face.edit.reference || face.state !== '') {
    return ['', '', ''];
  }
  if (reference === 'pixels') {
    return ['Pixels used', 'good', 'Under the mask, the shape and the pixels of its face are used.'];
  }
  if (reference === 'shape') {
    return ['Shape used', 'warn', `Only the shape of its face is used: ${reason}.`];
  }
  return reference === 'refused'
    ? ['Not used', 'warn', `Nothing of it is used: ${reason}.`]
    : ['Not used', 'warn', 'Nothing of it is used: the face is not painted.'];
}

/** The part of the panel in which a reference photo is chosen for a face. */
export class ReferenceChoice {
  #photos;
  #about;

  /** `about` is what the program says about itself. */
  constructor(photos, about) {
    this.#photos = photos;
    this.#about = about;
    $('reference-file').accept = about.extensions.join();
    $('reference-choose').addEventListener('click', () => $('reference-file').click());
    $('reference-file').addEventListener('change', (event) => {
      this.take([...event.target.files]);
      event.target.value = '';
    });
    $('reference-remove').addEventListener('click', () => {
      const photo = photos.current;
      $('reference-choose').focus();  // The button goes.
      photos.edit(photo, photo.face, {reference: null});
    });
  }

  /** Takes the file that is chosen or dropped for the chosen face. */
  take(files) {
    const photo = this.#photos.current;
    const {face} = photo;
    const limit = this.#about.photo_bytes;
    if (files.length !== 1) {
      face.problem = 'A face has one reference photo: give one file.';
    } else if (files[0].size > limit) {
      face.problem = `${files[0].name} is larger than ${limit / 2 ** 20} MiB: give a smaller file.`;
    } else {
      this.#photos.addReference(photo, face, files[0]);
      return;
    }
    this.#photos.changed(photo);
  }

  show(face) {
    const {reference} = face.edit;
    const [text, kind, sentence] = outcomeOf(face);
    $('reference-chosen').hidden = !reference;
    $('reference-remove').hidden = !reference;
    $('reference-choose').textContent = reference ? 'Choose another' : 'Choose a photo';
    $('reference-name').textContent = reference?.name ?? '';
    $('reference-use').textContent = text;
    $('reference-use').className = `chip ${kind}`;
    $('reference-use').hidden = !text;
    $('reference-outcome').textContent = face.coming ? `Reading ${face.coming.name}.` : sentence;
    if ($('reference-problem').textContent !== face.problem) {
      $('reference-problem').textContent = face.problem;
    }
    const picture = $('reference-picture').getContext('2d');
    picture.clearRect(0, 0, picture.canvas.width, picture.canvas.height);
    if (reference?.thumbnail) {
      picture.drawImage(reference.thumbnail, 0, 0);
    }
  }
}
