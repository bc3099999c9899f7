// SPDX-License-Identifier: Apache-2.0

/** The lines of a face through its landmarks: [name, first, last, closed], by number of points. */
export const strokes = {
  // iBUG 300-W.
  68: [
    ['Jaw', 0, 16, false], ['Right brow', 17, 21, false], ['Left brow', 22, 26, false],
    ['Nose bridge', 27, 30, false], ['Nose base', 31, 35, false], ['Right eye', 36, 41, true],
    ['Left eye', 42, 47, true], ['Lips, outer', 48, 59, true], ['Lips, inner', 60, 67, true],
  ],
  // WFLW.
  98: [
    ['Jaw', 0, 32, false], ['Right brow', 33, 41, true], ['Left brow', 42, 50, true],
    ['Nose bridge', 51, 54, false], ['Nose base', 55, 59, false], ['Right eye', 60, 67, true],
    ['Left eye', 68, 75, true], ['Lips, outer', 76, 87, true], ['Lips, inner', 88, 95, true],
    ['Pupils', 96, 97, false],
  ],
};

/** What a landmark is called, such as "Jaw 3". */
export function pointName(count, index) {
  const stroke = strokes[count].find(([, first, last]) => index >= first && index <= last);
  return `${stroke[0]} ${index - stroke[1] + 1}`;
}
