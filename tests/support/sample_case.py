# SPDX-License-Identifier: Apache-2.0
"""Helpers of the tests of the samples: running one on the toy world, and checking what it paints.

A test program names a folder of samples, the toy world of tests/data/make_bundle.py and a folder to
work in.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from PIL import Image

GREEN, YELLOW, RED, TAN = (0, 255, 0), (255, 255, 0), (250, 30, 30), (92, 90, 88)
LEFT_MOUTH, RIGHT_MOUTH = (64, 110), (190, 120)


class SampleCase(unittest.TestCase):
    samples = toy = work = None

    def setUp(self):
        self.out = pathlib.Path(self.work) / self.id().split(".")[-1]
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)

    def run_sample(self, sample, *arguments, code=0, models=None):
        """Runs a sample in the folder of the toy photos and returns its output."""
        environment = {**os.environ, "DEMASK_MODELS": str(models or self.toy / "bundle")}
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            environment.pop(name, None)
        result = subprocess.run([str(self.samples / sample), *map(str, arguments)], cwd=self.toy,
                                env=environment, capture_output=True, text=True, timeout=120,
                                check=False)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stdout if code == 0 else result.stderr

    def color_at(self, file, place):
        with Image.open(self.out / file) as image:
            return image.convert("RGB").getpixel(place)

    def assert_color(self, file, place, color):
        """Checks a color, with tolerance for what blending adds from the surroundings."""
        found = self.color_at(file, place)
        self.assertLess(max(abs(a - b) for a, b in zip(found, color)), 8, found)


def run_tests():
    """Runs the test program with SAMPLES TOY WORK from the command line."""
    SampleCase.samples, SampleCase.toy, SampleCase.work = map(pathlib.Path, sys.argv[1:4])
    unittest.main(argv=sys.argv[:1], verbosity=2)
