#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the C++ samples and checks what they print and paint: on the toy world, where the results
are known, and with the default models on the test photo.

    test_cpp_samples.py SAMPLES TOY WORK BUNDLE PHOTO DATASET_PROGRAM
"""

import json
import math
import pathlib
import shutil
import subprocess
import sys

from PIL import Image, ImageChops

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from sample_case import (  # noqa: E402 (found by the line above)
    GREEN, LEFT_MOUTH, RED, RIGHT_MOUTH, TAN, SampleCase, run_tests)

MARK = b"compositeWithTrainedAlgorithmicMedia"
BUNDLE, PHOTO, DATASET_PROGRAM = sys.argv[4:7]
FRAMES = 4
# An outline of the face in the test photo, which the virtual camera keeps in view.
OUTLINE = [[225 + 45 * math.cos(i / 68 * math.tau), 125 + 60 * math.sin(i / 68 * math.tau)]
           for i in range(68)]


class ToyWorldTest(SampleCase):
    def toy_frames(self):
        """A video as a sequence of pictures, which OpenCV can open."""
        for index in range(FRAMES):
            shutil.copy(self.toy / "two.png", self.out / f"{index:03}.png")
        return self.out / "%03d.png"

    def assert_marked(self, file):
        self.assertIn(MARK, (self.out / file).read_bytes())

    def test_photo(self):
        text = self.run_sample("photo", "masked.png", self.out / "a.png")
        self.assertEqual(text, "reconstructed at (24, 50), score 0.9\n")
        self.assert_color("a.png", LEFT_MOUTH, GREEN)
        self.assert_color("a.png", RIGHT_MOUTH, TAN)
        self.assert_marked("a.png")
        error = self.run_sample("photo", "gone.png", self.out / "b.png", code=1)
        self.assertIn("gone.png", error)
        self.assertIn("usage:", self.run_sample("photo", code=2))

    def test_batch(self):
        text = self.run_sample("batch", self.out, "masked.png", "bare.png", "two.png")
        self.assertEqual(text, "masked.png: 1 faces\nbare.png: 0 faces\ntwo.png: 2 faces\n")
        self.assert_color("masked.png", LEFT_MOUTH, GREEN)
        self.assert_color("bare.png", LEFT_MOUTH, TAN)
        self.assert_color("two.png", RIGHT_MOUTH, GREEN)

    def test_batch_with_unreadable_photo(self):
        folder = self.out / "new" / "folder"
        error = self.run_sample("batch", folder, "gone.png", "masked.png", code=1)
        self.assertIn("gone.png", error)
        self.assertEqual([file.name for file in folder.iterdir()], ["masked.png"])

    def test_batch_refuses_two_photos_of_one_name(self):
        shutil.copy(self.toy / "bare.png", self.out / "masked.png")
        error = self.run_sample("batch", self.out / "made", "masked.png", self.out / "masked.png",
                                code=1)
        self.assertIn("masked.png: another photo has this name", error)
        self.assertFalse((self.out / "made").exists())

    def test_own_mask(self):
        mask = Image.new("L", (256, 192))
        mask.paste(255, (64, 90, 104, 130))  # The right half of the mask that the face wears.
        mask.save(self.out / "mask.png")
        text = self.run_sample("own_mask", "masked.png", self.out / "mask.png", self.out / "a.png")
        self.assertEqual(text, "reconstructed\n")
        self.assert_color("a.png", (40, 110), RED)
        red, green, _ = self.color_at("a.png", (88, 110))
        self.assertGreater(green, red)

    def test_own_stage(self):
        self.run_sample("own_stage", "masked.png", self.out / "a.png")
        for place in [LEFT_MOUTH, (30, 95), (98, 122)]:
            self.assert_color("a.png", place, TAN)

    def test_video(self):
        text = self.run_sample("video", self.toy_frames(), self.out / "out.avi")
        self.assertEqual(text, f"{FRAMES} frames\n")
        self.assert_marked("out.avi.xmp")
        # The last frame of the written video, beside its own reconstruction.
        self.run_sample("camera_view", self.out / "out.avi", self.out / "view.png")
        for mouth in (LEFT_MOUTH, RIGHT_MOUTH):
            red, green, _ = self.color_at("view.png", mouth)
            self.assertGreater(green, red + 100)
        self.assertIn("gone.avi", self.run_sample("video", "gone.avi", self.out / "b.avi", code=1))

    def test_video_without_frames(self):
        (self.out / "000.png").write_bytes((self.toy / "two.png").read_bytes()[:60])
        self.run_sample("video", self.out / "%03d.png", self.out / "out.avi", code=1)
        self.assertFalse((self.out / "out.avi.xmp").exists())

    def test_video_keeps_xmp_of_other_software(self):
        xmp = self.out / "out.avi.xmp"
        xmp.write_text("<x:xmpmeta/>", encoding="utf-8")
        error = self.run_sample("video", self.toy_frames(), self.out / "out.avi", code=1)
        self.assertIn("out.avi.xmp", error)
        self.assertEqual(xmp.read_text(encoding="utf-8"), "<x:xmpmeta/>")
        self.assertFalse((self.out / "out.avi").exists())
        xmp.unlink()
        for _ in range(2):  # The mark of an earlier run may be replaced.
            self.run_sample("video", self.toy_frames(), self.out / "out.avi")
            self.assert_marked("out.avi.xmp")

    def test_camera_view_without_masks_is_unmarked(self):
        shutil.copy(self.toy / "bare.png", self.out / "000.png")
        self.run_sample("camera_view", self.out / "%03d.png", self.out / "view.png")
        self.assertNotIn(MARK, (self.out / "view.png").read_bytes())

    def test_camera_view(self):
        self.run_sample("camera_view", self.toy_frames(), self.out / "view.png")
        with Image.open(self.out / "view.png") as view:
            self.assertEqual(view.size, (512, 192))
        for x, y in (LEFT_MOUTH, RIGHT_MOUTH):
            self.assert_color("view.png", (x, y), RED)
            self.assert_color("view.png", (256 + x, y), GREEN)
        self.assert_marked("view.png")
        self.assertIn("camera 999: ", self.run_sample("camera_view", 999, code=1))


class DefaultModelsTest(SampleCase):
    def film(self):
        """A clip of the test photo, filmed by a moving camera."""
        outline = self.out / "outline.json"
        outline.write_text(json.dumps(OUTLINE))
        clip = self.out / "clip.avi"
        subprocess.run([DATASET_PROGRAM, "film", "--photo", PHOTO, "--out", clip, "--landmarks",
                        outline, "--frames", str(FRAMES), "--width", "320", "--height", "240",
                        "--face", "100"], capture_output=True, check=True, timeout=120)
        return clip

    def test_photo(self):
        text = self.run_sample("photo", PHOTO, self.out / "a.png", models=BUNDLE)
        self.assertRegex(text, r"^reconstructed at \(")
        with Image.open(PHOTO) as before, Image.open(self.out / "a.png") as after:
            changed = ImageChops.difference(before.convert("RGB"), after).getbbox()
            self.assertEqual(before.size, after.size)
        left, top, right, bottom = changed
        self.assertTrue(left < 225 < right and 125 < bottom, changed)  # The face's center.
        self.assertLess((right - left) * (bottom - top), 512 * 512 / 8)

    def test_video_and_camera_view(self):
        clip = self.film()
        text = self.run_sample("video", clip, self.out / "out.avi", models=BUNDLE)
        self.assertEqual(text, f"{FRAMES} frames\n")
        self.run_sample("camera_view", clip, self.out / "view.png", models=BUNDLE)
        with Image.open(self.out / "view.png") as view:
            self.assertEqual(view.size, (640, 240))
            before, after = view.crop((0, 0, 320, 240)), view.crop((320, 0, 640, 240))
            changed = ImageChops.difference(before, after).getbbox()
        self.assertIsNotNone(changed)  # The face is about 100 px wide, its mask less.
        self.assertLess(changed[2] - changed[0], 160)


if __name__ == "__main__":
    run_tests()
