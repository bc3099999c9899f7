# SPDX-License-Identifier: Apache-2.0
"""What a result offers besides its data: the photo before, PIL, files, and the panel."""

import io
import sys
import tempfile
import types
import unittest
from pathlib import Path
from unittest import mock

import demask
import numpy as np
import toy
from demask import PixelFormat
from PIL import Image

CAPTION_HEIGHT, GAP = 24, 8


class ResultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reconstructor = demask.Reconstructor(toy.BUNDLE, demask.RuntimeOptions(threads=1))
        cls.photo = toy.photo()
        cls.result = cls.reconstructor.reconstruct(cls.photo, toy.PASTED)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_a_photo_is_named_by_its_path(self):
        for path in (toy.FOLDER / "masked.png", str(toy.FOLDER / "masked.png")):
            result = self.reconstructor.reconstruct(path, toy.PASTED)
            np.testing.assert_array_equal(result.photo, self.result.photo)
        with self.assertRaises(demask.UnreadableFileError):
            self.reconstructor.reconstruct(self.folder / "gone.png")
        with self.assertRaises(demask.ImageTooLargeError):
            self.reconstructor.reconstruct(
                toy.FOLDER / "masked.png", demask.ReconstructOptions(max_pixels=100))

    def test_the_photo_before(self):
        bgra = demask.convert_image(self.photo, PixelFormat.BGRA)
        gray = demask.convert_image(self.photo, PixelFormat.GRAY)
        for photo, pixel_format in [(self.photo, PixelFormat.RGB), (bgra, PixelFormat.BGRA),
                                    (gray, PixelFormat.GRAY),
                                    (gray[:, :, np.newaxis], PixelFormat.GRAY)]:
            given = photo.copy()
            result = self.reconstructor.reconstruct(given, toy.PASTED, pixel_format)
            given[:] = 0
            self.assertEqual(result.pixel_format, pixel_format)
            np.testing.assert_array_equal(result.before, photo.reshape(result.photo.shape))
        (batched,) = self.reconstructor.reconstruct_batch([self.photo], toy.PASTED)
        np.testing.assert_array_equal(batched.before, self.photo)
        of_file = self.reconstructor.reconstruct_file(
            toy.FOLDER / "masked.png", self.folder / "out.png", toy.PASTED)
        self.assertIsNone(of_file.before)

    def test_whether_a_face_was_painted(self):
        self.assertTrue(self.result.is_reconstructed)
        self.assertFalse(self.reconstructor.reconstruct(toy.photo("bare.png")).is_reconstructed)

    def test_pil_images_in_and_out(self):
        image = self.reconstructor.reconstruct(Image.fromarray(self.photo), toy.PASTED).to_pil()
        self.assertEqual(image.mode, "RGB")
        self.assertEqual(image.getpixel((64, 110)), toy.GREEN)
        bgr = self.reconstructor.reconstruct(
            np.ascontiguousarray(self.photo[:, :, ::-1]), toy.PASTED, PixelFormat.BGR)
        self.assertEqual(bgr.to_pil().getpixel((64, 110)), toy.GREEN)

    def test_saved_files_are_marked_if_a_face_was_painted(self):
        painted, bare = self.folder / "painted.png", self.folder / "bare.png"
        self.result.save(painted)
        np.testing.assert_array_equal(demask.read_image(painted), self.result.photo)
        self.assertTrue(demask.is_marked_as_synthetic(painted))
        self.reconstructor.reconstruct(toy.photo("bare.png")).save(str(bare))
        self.assertFalse(demask.is_marked_as_synthetic(bare))
        bgr = self.reconstructor.reconstruct(
            np.ascontiguousarray(self.photo[:, :, ::-1]), toy.PASTED, PixelFormat.BGR)
        bgr.save(painted)
        np.testing.assert_array_equal(demask.read_image(painted), self.result.photo)

    def test_saved_files_keep_the_resolution_and_the_settings(self):
        source, saved = self.folder / "source.jpg", self.folder / "saved.jpg"
        Image.fromarray(self.photo).save(source, dpi=(321, 321), quality=95)
        result = self.reconstructor.reconstruct(source, toy.PASTED)
        result.save(saved, source, demask.EncodeOptions(jpeg_quality=20))
        with Image.open(saved) as image:
            self.assertEqual(image.info["dpi"], (321, 321))
        large = self.folder / "large.jpg"
        result.save(large)
        self.assertLess(saved.stat().st_size, large.stat().st_size)

    def test_the_panel_shows_the_steps(self):
        panel = self.result.panel()
        self.assertEqual(panel.mode, "RGB")
        height, width = self.photo.shape[:2]
        side = self.result.faces[0].aligned_after.shape[0]
        self.assertEqual(panel.height, height + side + 2 * (CAPTION_HEIGHT + GAP))
        # The center of the mask in the tiles input and masks, and the pixel of the face row's before.
        x, y = GAP + 64, CAPTION_HEIGHT + 110
        before = tuple(int(value) for value in self.photo[110, 64])
        self.assertEqual(panel.getpixel((x, y)), before)
        tinted = panel.getpixel((x + width + GAP, y))
        expected = np.array(before) * 0.45 + np.array((230, 40, 40)) * 0.55
        np.testing.assert_allclose(tinted, expected, atol=1)
        row = np.asarray(panel)[height + 2 * CAPTION_HEIGHT + GAP:, GAP:GAP + side][:side]
        np.testing.assert_array_equal(row, self.result.faces[0].aligned_before)
        shown = np.asarray(panel)[CAPTION_HEIGHT:CAPTION_HEIGHT + height]
        self.assertTrue((shown == toy.GREEN).all(axis=2).any())

    def test_the_panel_without_the_photo_before_and_without_faces(self):
        of_file = self.reconstructor.reconstruct_file(
            toy.FOLDER / "masked.png", self.folder / "out.png", toy.PASTED)
        self.assertEqual(of_file.panel().getpixel((GAP + 64, CAPTION_HEIGHT + 80)),
                         self.result.panel().getpixel((2 * GAP + 64 + 256, CAPTION_HEIGHT + 80)))
        bare = self.reconstructor.reconstruct(toy.photo("bare.png"))
        self.assertEqual(bare.panel().height, bare.photo.shape[0] + CAPTION_HEIGHT + GAP)
        both = self.reconstructor.reconstruct(self.photo, demask.ReconstructOptions(
            both_when_uncertain=True, gender_margin=0.5))
        self.assertIsNotNone(both.alternative_photo)
        self.assertGreater(both.panel().width, self.result.panel().width)

    def test_large_photos_are_shown_smaller(self):
        large = np.asarray(Image.fromarray(self.photo).resize((1200, 600)))
        panel = self.reconstructor.reconstruct(large).panel()
        self.assertLessEqual(panel.width, 4 * (560 + GAP) + GAP)

    def test_notebooks_get_a_marked_png_file(self):
        png = self.result._repr_png_()
        with Image.open(io.BytesIO(png)) as image:
            self.assertEqual(image.format, "PNG")
            np.testing.assert_array_equal(np.asarray(image), np.asarray(self.result.panel()))
        path = self.folder / "cell.png"
        path.write_bytes(png)
        self.assertTrue(demask.is_marked_as_synthetic(path))
        path.write_bytes(self.reconstructor.reconstruct(toy.photo("bare.png"))._repr_png_())
        self.assertFalse(demask.is_marked_as_synthetic(path))

    def test_show(self):
        shown = []
        display = types.ModuleType("IPython.display")
        display.display = shown.append
        notebook, terminal = types.SimpleNamespace(kernel=1), types.SimpleNamespace()
        for shell, expected in [(None, []), (terminal, []), (notebook, [self.result])]:
            package = types.ModuleType("IPython")
            package.get_ipython = lambda shell=shell: shell
            package.display = display
            modules = {"IPython": package, "IPython.display": display}
            with mock.patch.dict(sys.modules, modules), \
                    mock.patch.object(Image.Image, "show") as viewer:
                self.result.show()
            self.assertEqual(shown, expected)
            self.assertEqual(viewer.called, shell is not notebook)
        with mock.patch.dict(sys.modules, {"IPython": None}), \
                mock.patch.object(Image.Image, "show") as viewer:
            self.result.show()
        self.assertTrue(viewer.called)


if __name__ == "__main__":
    unittest.main()
