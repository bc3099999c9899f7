// SPDX-License-Identifier: Apache-2.0

/** Saves photos: one as a file, several as a ZIP file. */

import {ApiError} from '/api.js';

function download(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** The files of a photo: itself and, if its format holds no mark, the mark beside it. */
async function filesOf(api, photos, photo) {
  await photos.settled(photo);
  let file;
  try {
    file = await api.file(photo.id, photo.shownVersions);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'version_gone') {
      throw error;
    }
    photos.repaint(photo);
    await photos.settled(photo);
    file = await api.file(photo.id, photo.shownVersions);
  }
  const files = [file];
  if (file.markBeside) {
    files.push({name: `${file.name}.xmp`, blob: await api.mark()});
  }
  return files;
}

export async function savePhoto(api, photos, photo) {
  for (const file of await filesOf(api, photos, photo)) {
    download(file.name, file.blob);
  }
}

export async function saveAll(api, photos) {
  const zip = new Zip();
  for (const photo of photos.list.filter((one) => one.state === 'ready')) {
    const [file, mark] = await filesOf(api, photos, photo);
    const name = await zip.add(file.name, file.blob);
    if (mark) {
      await zip.add(`${name}.xmp`, mark.blob);
    }
  }
  download('demask.zip', zip.finish());
}

const crcTable = Uint32Array.from({length: 256}, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? 0xEDB88320 ^ (value >>> 1) : value >>> 1;
  }
  return value >>> 0;
});

function crc32(bytes) {
  let crc = 0xFFFFFFFF;
  for (const byte of bytes) {
    crc = crcTable[(crc ^ byte) & 0xFF] ^ (crc >>> 8);
  }
  return (crc ^ 0xFFFFFFFF) >>> 0;
}

/** A ZIP file of uncompressed files (APPNOTE.TXT 6.3, sections 4.3.7 to 4.3.16). */
export class Zip {
  #parts = [];
  #directory = [];
  #size = 0;
  #names = new Set();

  /** Adds a file, and returns the name that it got: another if the name is taken. */
  async add(name, blob) {
    const free = this.#free(name);
    const bytes = new TextEncoder().encode(free);
    const crc = crc32(new Uint8Array(await blob.arrayBuffer()));
    const common = [[20, 2], [0x0800, 2], [0, 2], [0, 2], [0x21, 2], [crc, 4], [blob.size, 4],
                    [blob.size, 4], [bytes.length, 2], [0, 2]];
    const head = record(0x04034B50, common);
    this.#directory.push(
      record(0x02014B50, [[20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [this.#size, 4]]), bytes);
    this.#parts.push(head, bytes, blob);
    this.#size += head.length + bytes.length + blob.size;
    return free;
  }

  finish() {
    const count = this.#directory.length / 2;
    const size = this.#directory.reduce((sum, part) => sum + part.length, 0);
    const end = record(0x06054B50, [[0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [this.#size, 4], [0, 2]]);
    return new Blob([...this.#parts, ...this.#directory, end], {type: 'application/zip'});
  }

  /** The name, or the name with a number if it is taken. */
  #free(name) {
    const dot = name.includes('.') ? name.lastIndexOf('.') : name.length;
    let free = name;
    for (let i = 2; this.#names.has(free); i += 1) {
      free = `${name.slice(0, dot)}_${i}${name.slice(dot)}`;
    }
    this.#names.add(free);
    return free;
  }
}

/** A signature and numbers of 2 or 4 bytes, little-endian. */
function record(signature, numbers) {
  const bytes = [];
  for (const [value, size] of [[signature, 4], ...numbers]) {
    for (let i = 0; i < size; i += 1) {
      bytes.push((value >>> (8 * i)) & 0xFF);
    }
  }
  return Uint8Array.from(bytes);
}
