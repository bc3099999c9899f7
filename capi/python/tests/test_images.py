# SPDX-License-Identifier: Apache-2.0
"""Arrays and PIL images as input and output."""

import tempfile
import unittest
from pathlib import Path

import demask
import numpy as np
from demask import PixelFormat
from PIL import Image

RGB = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)


def round_trip(image, pixel_format=None):
    """Returns the image as the library reads it, in RGB."""
    return demask.convert_image(image, PixelFormat.RGB, pixel_format)


class ImagesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_rows_may_be_apart(self):
        wide = np.zeros((5, 20, 3), np.uint8)
        wide[:, 4:11] = RGB
        view = demask.images.View(wide[:, 4:11])
        self.assertEqual(view.struct.data, wide.ctypes.data + 4 * 3)  # Not a copy.
        self.assertEqual(view.struct.stride, 60)
        np.testing.assert_array_equal(round_trip(wide[:, 4:11]), RGB)
        np.testing.assert_array_equal(round_trip(wide[::2, 4:11]), RGB[::2])

    def test_any_other_order_in_memory_is_copied(self):
        for array in (RGB[::-1], RGB[:, ::-1], RGB[:, :, ::-1], RGB[:, ::2],
                      RGB.transpose(1, 0, 2), np.asfortranarray(RGB),
                      np.broadcast_to(np.uint8([1, 2, 3]), (4, 6, 3)), RGB[:1, :1]):
            np.testing.assert_array_equal(round_trip(array), array)

    def test_pixel_formats(self):
        np.testing.assert_array_equal(round_trip(RGB, PixelFormat.BGR), RGB[:, :, ::-1])
        alpha = np.dstack([RGB, np.full((5, 7), 9, np.uint8)])
        np.testing.assert_array_equal(round_trip(alpha), RGB)
        np.testing.assert_array_equal(round_trip(alpha, PixelFormat.BGRA), RGB[:, :, ::-1])
        gray = demask.convert_image(RGB[:, :, 0], PixelFormat.BGRA)
        np.testing.assert_array_equal(gray, np.dstack([RGB[:, :, :1]] * 3 + [
            np.full((5, 7), 255, np.uint8)]))
        np.testing.assert_array_equal(round_trip(RGB[:, :, :1]), np.repeat(RGB[:, :, :1], 3, 2))
        self.assertEqual(demask.convert_image(RGB, PixelFormat.GRAY).shape, (5, 7))

    def test_pil_images(self):
        for mode in ("L", "RGB", "RGBA"):
            image = Image.fromarray(RGB).convert(mode)
            back = demask.to_pil(demask.convert_image(image, PixelFormat.RGB))
            self.assertEqual(back.tobytes(), image.convert("RGB").tobytes())
        self.assertEqual(demask.to_pil(RGB, PixelFormat.BGR).tobytes(),
                         RGB[:, :, ::-1].tobytes())
        alpha = np.dstack([RGB, RGB[:, :, :1]])
        image = demask.to_pil(alpha, PixelFormat.BGRA)
        self.assertEqual(image.mode, "RGBA")
        np.testing.assert_array_equal(np.asarray(image)[:, :, :3], RGB[:, :, ::-1])
        with self.assertRaisesRegex(demask.InvalidImageError, "mode P.*convert"):
            round_trip(Image.new("P", (4, 4)))

    def test_what_is_no_image_is_refused(self):
        cases = [(RGB.astype(np.float32), "float32"), (RGB[:, :, :2], "shape"),
                 (RGB[0], None), (RGB[:0], "no pixels"), (np.zeros((2, 2, 2, 3), np.uint8), "shape")]
        for array, reason in cases:
            if reason is None:  # An array of two dimensions is a gray image.
                self.assertEqual(round_trip(array).shape, (7, 3, 3))
                continue
            with self.assertRaisesRegex(demask.InvalidImageError, reason):
                round_trip(array)
        with self.assertRaisesRegex(demask.InvalidImageError, "3 channels.*RGBA"):
            round_trip(RGB, PixelFormat.RGBA)

    def test_files(self):
        path = self.folder / "grün.png"
        demask.write_image(path, RGB)
        np.testing.assert_array_equal(demask.read_image(path), RGB)
        np.testing.assert_array_equal(demask.decode_image(path.read_bytes()), RGB)
        demask.write_image(path, RGB, pixel_format=PixelFormat.BGR)
        np.testing.assert_array_equal(demask.read_image(path), RGB[:, :, ::-1])
        with self.assertRaises(demask.ImageTooLargeError):
            demask.read_image(path, max_pixels=34)
        with self.assertRaisesRegex(demask.UnreadableFileError, "gone.png") as caught:
            demask.read_image(self.folder / "gone.png")
        self.assertIsInstance(caught.exception, OSError)
        with self.assertRaisesRegex(demask.UnreadableFileError, "scan 3"):
            demask.decode_image(b"no image", name="scan 3")
        with self.assertRaises(demask.UnsupportedFormatError):
            demask.write_image(self.folder / "a.xyz", RGB)
        with self.assertRaises(demask.UnwritableFileError):
            demask.write_image(self.folder / "no folder" / "a.png", RGB)
        with self.assertRaisesRegex(demask.InvalidArgumentError, "jpeg_quality"):
            demask.write_image(self.folder / "a.jpg", RGB, demask.EncodeOptions(jpeg_quality=0))

    def test_marks(self):
        path, other = self.folder / "a.jpg", self.folder / "b.jpg"
        demask.write_image(path, RGB)
        self.assertFalse(demask.is_marked_as_synthetic(path))
        demask.mark_as_synthetic(path)
        self.assertTrue(demask.is_marked_as_synthetic(path))
        demask.write_image(other, RGB, demask.EncodeOptions(jpeg_quality=50, synthetic=True,
                                                            metadata_source=path))
        self.assertTrue(demask.is_marked_as_synthetic(other))
        demask.mark_as_synthetic(other, source=path)
        self.assertTrue(demask.is_marked_as_synthetic(other))


if __name__ == "__main__":
    unittest.main()
