# SPDX-License-Identifier: Apache-2.0
"""The samples of examples/python, run as programs on the toy world."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import demask

import toy

SAMPLES = Path(__file__).resolve().parents[3] / "examples/python"


class SamplesTest(unittest.TestCase):
    def run_sample(self, name, *arguments):
        return subprocess.run(
            [sys.executable, str(SAMPLES / name), *map(str, arguments)], check=False,
            env={**os.environ, "DEMASK_MODELS": str(toy.BUNDLE)}, capture_output=True, text=True)

    def test_reconstruct_photo(self):
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "out.png"
            result = self.run_sample("reconstruct_photo.py", toy.FOLDER / "masked.png", output)
            self.assertEqual(result.stdout, "reconstructed at (24, 50)\n", result.stderr)
            red, green, _ = toy.mouth(demask.read_image(output))
            self.assertGreater(green, red)  # The mask is red, the painted face green.
            self.assertTrue(demask.is_marked_as_synthetic(output))

    def test_reconstruct_photo_names_what_is_missing(self):
        result = self.run_sample("reconstruct_photo.py", "/nowhere.png", "/tmp/unused.png")
        self.assertEqual(result.returncode, 1)
        self.assertIn("/nowhere.png", result.stderr)
        self.assertEqual(self.run_sample("reconstruct_photo.py").returncode, 2)


if __name__ == "__main__":
    unittest.main()
