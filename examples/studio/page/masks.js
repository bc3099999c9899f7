// SPDX-License-Identifier: Apache-2.0

/**
 * Masks: run lengths, as the program sends and takes them ({x, y, width, height, runs}; the first
 * run is uncovered), and canvases, on which they are painted.
 */

/** Draws a mask in a color into a canvas of its rectangle. */
export function maskToCanvas(mask, color) {
  const canvas = new OffscreenCanvas(mask.width, mask.height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(mask.width, mask.height);
  const pixels = new Uint32Array(image.data.buffer);
  const value = new Uint32Array(new Uint8Array([...color, 255]).buffer)[0];
  let at = 0;
  mask.runs.forEach((length, i) => {
    if (i % 2 === 1) {
      pixels.fill(value, at, at + length);
    }
    at += length;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The mask of a canvas whose top left pixel is (x, y) of the photo; null if it is empty. */
export function canvasToMask(canvas, x, y) {
  const {width, height} = canvas;
  const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
  let left = width;
  let top = height;
  let right = -1;
  let bottom = -1;
  for (let row = 0, at = 3; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, at += 4) {
      if (data[at] >= 128) {
        left = Math.min(left, column);
        right = Math.max(right, column);
        top = Math.min(top, row);
        bottom = row;
      }
    }
  }
  if (right < 0) {
    return null;
  }
  const runs = [];
  let covered = false;
  let length = 0;
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      if (data[(row * width + column) * 4 + 3] >= 128 !== covered) {
        runs.push(length);
        length = 0;
        covered = !covered;
      }
      length += 1;
    }
  }
  runs.push(length);
  return {x: x + left, y: y + top, width: right - left + 1, height: bottom - top + 1, runs};
}

/** A canvas on which the mask of one face is painted, large enough for its surroundings. */
export class MaskEditor {
  /** `mask` may be null; `box` is the face's, [x, y, width, height]. */
  constructor(photo, box, mask, color) {
    const reach = 1.2 * Math.max(box[2], box[3]);
    this.x = Math.max(0, Math.floor(box[0] + box[2] / 2 - reach));
    this.y = Math.max(0, Math.floor(box[1] + box[3] / 2 - reach));
    const right = Math.min(photo.width, Math.ceil(box[0] + box[2] / 2 + reach));
    const bottom = Math.min(photo.height, Math.ceil(box[1] + box[3] / 2 + reach));
    this.canvas = new OffscreenCanvas(Math.max(1, right - this.x), Math.max(1, bottom - this.y));
    this.context = this.canvas.getContext('2d', {willReadFrequently: true});
    this.color = color;
    if (mask) {
      this.context.drawImage(maskToCanvas(mask, color), mask.x - this.x, mask.y - this.y);
    }
  }

  /** Paints or erases a line between two points of the photo. */
  stroke(from, to, size, erases) {
    const context = this.context;
    context.globalCompositeOperation = erases ? 'destination-out' : 'source-over';
    context.strokeStyle = `rgb(${this.color.join(' ')})`;
    context.lineCap = 'round';
    context.lineWidth = size;
    context.beginPath();
    context.moveTo(from.x - this.x + 0.5, from.y - this.y + 0.5);
    context.lineTo(to.x - this.x + 0.5, to.y - this.y + 0.5);
    context.stroke();
  }

  mask() {
    return canvasToMask(this.canvas, this.x, this.y);
  }
}
