# SPDX-License-Identifier: Apache-2.0
"""The console script, run as `python -m demask`."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import demask
import numpy as np
import toy
from demask import _program
from PIL import Image


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.photo = self.folder / "photo.png"
        shutil.copy(toy.FOLDER / "masked.png", self.photo)

    def run_program(self, *arguments, code=0):
        """Runs the program in this process; returns what it prints and its errors."""
        printed, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
            ended = _program.main([str(toy.BUNDLE) if a is toy else str(a) for a in arguments])
        self.assertEqual(ended, code, printed.getvalue() + errors.getvalue())
        return printed.getvalue(), errors.getvalue()

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                      if path.is_file() and path.suffix != ".xmp")

    def test_as_a_module(self):
        result = subprocess.run(
            [sys.executable, "-m", "demask", str(self.photo)], capture_output=True, text=True,
            check=False, env={**os.environ, "DEMASK_MODELS": str(toy.BUNDLE)})
        self.assertEqual(result.returncode, 0, result.stderr)
        target = self.folder / "photo_unmasked.png"
        self.assertIn(f"{self.photo} -> {target}: 1 face painted", result.stdout)
        self.assertTrue(demask.is_marked_as_synthetic(target))
        with demask.Reconstructor(toy.BUNDLE) as reconstructor:
            np.testing.assert_array_equal(demask.read_image(target),
                                          reconstructor.reconstruct(self.photo).photo)

    def test_named_output_options_and_panel(self):
        target, panel = self.folder / "out.jpg", self.folder / "panels/sheet.png"
        self.run_program("reconstruct", self.photo, "-o", target, "--panel", panel, "--models", toy,
                         "--blend", "none", "--gender", "male", "--quality", "fast",
                         "--jpeg-quality", "100", "--threads", "1")
        np.testing.assert_allclose(toy.mouth(demask.read_image(target)), toy.YELLOW, atol=4)
        with Image.open(panel) as image:
            self.assertGreater(image.width, 4 * 256)
        self.assertTrue(demask.is_marked_as_synthetic(panel))

    def test_untouched_photos_are_copied(self):
        bare = self.folder / "bare.png"
        shutil.copy(toy.FOLDER / "bare.png", bare)
        out = self.folder / "out"
        printed, _ = self.run_program(bare, "-o", f"{out}/", "--models", toy)
        self.assertEqual(printed, f"{bare}: unchanged; no face was found\n")
        self.assertEqual((out / "bare.png").read_bytes(), bare.read_bytes())
        self.assertFalse(demask.is_marked_as_synthetic(out / "bare.png"))
        demask.mark_as_synthetic(bare)
        self.run_program(bare, "-o", self.folder / "copy.png", "--models", toy)
        self.assertTrue(demask.is_marked_as_synthetic(self.folder / "copy.png"))

    def test_folders(self):
        (self.folder / "album/day").mkdir(parents=True)
        self.photo.rename(self.folder / "album/day/a.png")
        shutil.copy(toy.FOLDER / "male.png", self.folder / "album/b.PNG")
        (self.folder / "album/notes.txt").write_text("no photo")
        album = self.folder / "album"
        for _ in range(2):  # The second run does not take what the first has written.
            self.run_program(album, "-o", album / "out", "--panel", self.folder / "panels",
                             "--models", toy)
            self.assertEqual(self.files(), [
                "album/b.PNG", "album/day/a.png", "album/notes.txt", "album/out/b.PNG",
                "album/out/day/a.png", "panels/b.png", "panels/day/a.png"])

    def test_failed_photos(self):
        broken = self.folder / "broken.png"
        broken.write_bytes(b"no photo")
        out = self.folder / "out"
        printed, errors = self.run_program(broken, self.photo, "-o", out, "--models", toy, code=1)
        self.assertIn(f"demask: {broken}", errors)
        self.assertIn("1 face painted", printed)
        self.assertTrue((out / "photo.png").exists())
        closed = self.folder / "closed"
        closed.write_text("")
        self.run_program(self.photo, "-o", closed / "a.png", "--models", toy, code=1)

    def test_bad_usage(self):
        (self.folder / "empty").mkdir()
        for arguments, reason in [
                ((self.photo, "-o", self.folder / "out.xyz"), "no extension of an image format"),
                ((self.photo, "-o", self.photo), "is one of the photos"),
                ((self.photo, "-o", self.folder), "is one of the photos"),
                ((self.photo, self.photo, "-o", self.folder / "out"), "written twice"),
                ((self.folder,), "-o: is missing"),
                ((self.folder / "empty", "-o", self.folder / "out"), "holds no photos"),
                ((self.photo, "--device", "cuda:99", "--models", toy), "cuda:99")]:
            _, errors = self.run_program(*arguments, code=2)
            self.assertIn(reason, errors)
        with self.assertRaises(SystemExit) as ended, contextlib.redirect_stderr(io.StringIO()):
            _program.main([str(self.photo), "--quality", "95"])
        self.assertEqual(ended.exception.code, 2)
        self.assertEqual(self.files(), ["photo.png"])

    def test_models_that_cannot_be_used(self):
        _, errors = self.run_program(self.photo, "--models", self.folder, code=3)
        self.assertIn("manifest.json", errors)

    def test_interrupted(self):
        with mock.patch.object(demask.Reconstructor, "reconstruct", side_effect=KeyboardInterrupt):
            self.run_program(self.photo, "--models", toy, code=130)

    def test_version(self):
        printed = io.StringIO()
        with self.assertRaises(SystemExit) as ended, contextlib.redirect_stdout(printed):
            _program.main(["--version"])
        self.assertEqual(ended.exception.code, 0)
        self.assertEqual(printed.getvalue(),
                         f"demask {demask.library_version()}, {demask.build_info()}\n")


if __name__ == "__main__":
    unittest.main()
