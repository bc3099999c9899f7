#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the C samples on the toy world of make_bundle.py and checks what they print and paint.

    test_c_samples.py SAMPLES TOY WORK
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest.mock

from PIL import Image, ImageChops

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/support"))
from sample_case import (  # noqa: E402 (found by the line above)
    GREEN, LEFT_MOUTH, RED, RIGHT_MOUTH, TAN, YELLOW, SampleCase, run_tests)

ARTIST = 0x013B  # EXIF tag.


class CSamplesTest(SampleCase):
    def test_bundle_from_memory(self):
        files = sorted((self.toy / "bundle").iterdir())
        text = self.run_sample("bundle_from_memory", "masked.png", self.out / "a.png", *files)
        self.assertEqual(text, "bundle toy 1.0.0 from memory\n")
        self.assert_color("a.png", LEFT_MOUTH, GREEN)
        text = self.run_sample("bundle_from_memory", "masked.png", self.out / "b.png", files[0],
                               code=1)
        self.assertIn("manifest.json", text)
        with unittest.mock.patch.dict(os.environ, {"MAX_BYTES": "100"}):
            text = self.run_sample("bundle_from_memory", "masked.png", self.out / "c.png", *files,
                                   code=1)
        self.assertIn("raise the limits", text)

    def test_chosen_faces(self):
        text = self.run_sample("chosen_faces", "two.png", self.out / "a.png", 1)
        self.assertEqual(text, "face 0: another was chosen\nface 1: painted\n")
        self.assert_color("a.png", LEFT_MOUTH, RED)
        self.assert_color("a.png", RIGHT_MOUTH, GREEN)
        text = self.run_sample("chosen_faces", "two.png", self.out / "b.png", "largest")
        self.assertEqual(text.count("painted"), 1)
        text = self.run_sample("chosen_faces", "two.png", self.out / "c.png", 24, 50, 80, 80,
                               100, 10, 40, 40)
        self.assertEqual(text, "face 0: painted\nface 1: wears no mask\n")
        self.assert_color("c.png", LEFT_MOUTH, GREEN)
        self.assert_color("c.png", RIGHT_MOUTH, RED)
        self.run_sample("chosen_faces", "two.png", self.out / "d.png", 24, 50, 80, code=2)

    def test_detect_faces(self):
        text = self.run_sample("detect_faces", "two.png")
        self.assertEqual([line for line in text.splitlines() if line.startswith("face")],
                         ["face at (24, 50), 80 x 80, score 0.90",
                          "face at (150, 60), 80 x 80, score 0.80"])
        self.assertEqual(text.count("\n  "), 2 * 68)
        text = self.run_sample("detect_faces", "two.png", 0.85)
        self.assertEqual(text.count("face at"), 1)

    def test_face_results(self):
        text = self.run_sample("face_results", "male.png", self.out)
        self.assertIn("face 0: reconstructed, 80 x 80 at (24, 50), score 0.90\n"
                      "  painted with quality fast\n  male generator, probability 0.", text)
        self.assertIn(", uncertain\n  68 points of iBUG, chin at (64, 122), confidence 0.90\n"
                      "  mask of 80 x", text)
        self.assertRegex(text, r"  inpaint: [0-9.]+ ms\n")
        self.assertEqual({path.name for path in self.out.iterdir()},
                         {"0_mask.png", "0_before.png", "0_aligned_mask.png", "0_after.png",
                          "0_alternative.png", "1_alternative_photo.png", "1_changed.png",
                          "1_photo.png"})
        self.assert_color("0_before.png", (128, 200), RED)
        self.assert_color("0_aligned_mask.png", (128, 200), (255, 255, 255))
        self.assert_color("0_aligned_mask.png", (128, 20), (0, 0, 0))
        self.assert_color("0_after.png", (128, 200), YELLOW)
        self.assert_color("0_alternative.png", (128, 200), GREEN)
        # Both blend in some blue of the background, and both have green; yellow has more red.
        self.assertGreater(self.color_at("1_photo.png", LEFT_MOUTH)[0],
                           self.color_at("1_alternative_photo.png", LEFT_MOUTH)[0] + 100)
        self.assert_color("1_changed.png", LEFT_MOUTH, (255, 255, 255))

    def test_reference_photo(self):
        painted = self.out / "painted.png"
        text = self.run_sample("reference_photo", "masked.png", self.toy / "bare.png", painted)
        self.assertRegex(text, r"^face 0 took from the reference: (pixels|shape|refused)\. ")
        with Image.open(painted) as picture, Image.open(self.toy / "masked.png") as photo:
            self.assertEqual(picture.size, photo.size)
        self.run_sample("reference_photo", "masked.png", self.out / "no.png", painted, code=1)
        self.run_sample("reference_photo", "masked.png", code=2)

    def test_several_faces(self):
        def photos(*seed):
            text = self.run_sample("several_faces", "masked.png", self.out, 3, *seed,
                                   models=self.toy / "shape_bundle")
            self.assertRegex(text, r"^expression as_found\n"
                                   r"face 0, variant 0: likelihood 1.00, chin at \(\d+, \d+\)\n"
                                   r"face 0, variant 1: likelihood 0.\d\d, chin at .*\n"
                                   r"face 0, variant 2: likelihood 0.\d\d, chin at .*\n$")
            self.assertTrue((self.out / "face_0_variant_2.png").is_file())
            return [(self.out / f"variant_{i}.png").read_bytes() for i in range(3)]

        first = photos()
        self.assertEqual(len(set(first)), 3)
        self.assertEqual(photos(), first)
        self.assertNotEqual(photos(2**64 - 1)[1], first[1])
        text = self.run_sample("several_faces", "masked.png", self.out, 2, code=1)
        self.assertIn("shape_model", text)
        self.run_sample("several_faces", "masked.png", code=2)

    def test_list_models(self):
        text = self.run_sample("list_models")
        self.assertTrue(text.startswith("toy 1.0.0 in "), text)
        self.assertIn("face_detector: face_detector.pt, ", text)
        self.assertRegex(text, r"  sha256: [0-9a-f]{64}\n  license: CC0-1.0\n")
        self.assertIn("  68 points, crop of 1.50 boxes\n", text)
        self.assertIn("  variant: swapped\n", text)
        self.assertIn("  recall: 1.000\n", text)
        self.assertIn("  class 0: female\n  class 1: male\n", text)
        self.assertIn("other inpainters: swapped\n", text)
        self.assertIn("/nowhere", self.run_sample("list_models", "/nowhere", code=1))
        self.run_sample("list_models", "bundle", 1 << 20)
        self.run_sample("list_models", "bundle", 100, code=1)
        self.run_sample("list_models", "bundle", 1 << 20, 100, code=1)

    def test_log_messages(self):
        text = self.run_sample("log_messages")
        self.assertRegex(text, r"^demask [0-9.]+, LibTorch .*\n"
                               r"info bundle toy 1.0.0 opened from .*\n"
                               r"info bundle: it has no inpainter_prior; .*\n"
                               r"info all models loaded in [0-9.]+ ms\nready\n$")
        result = subprocess.run([str(self.samples / "log_messages"), "/nowhere"],
                                capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, "(?m)^error '/nowhere'.*\nthere are no models")

    def test_mark_synthetic(self):
        photo = shutil.copy(self.toy / "bare.png", self.out)
        self.assertEqual(self.run_sample("mark_synthetic", photo), "before: not marked\n"
                                                                   "after: marked\n")
        self.assertEqual(self.run_sample("mark_synthetic", photo, photo), "before: marked\n"
                                                                          "after: marked\n")

    def test_own_mask(self):
        mask = Image.new("L", (256, 192))
        mask.paste(255, (24, 90, 104, 130))
        mask.save(self.out / "mask.png")
        self.run_sample("own_mask", "bare.png", self.out / "mask.png", self.out / "a.png",
                        24, 50, 80, 80)
        with Image.open(self.out / "a.png") as painted:
            self.assertGreater(painted.getpixel(LEFT_MOUTH)[1], TAN[1] + 50)
        self.assert_color("a.png", RIGHT_MOUTH, TAN)
        ImageChops.invert(mask).save(self.out / "dark.png")
        self.run_sample("own_mask", "bare.png", self.out / "dark.png", self.out / "b.png",
                        24, 50, 80, 80, "dark")
        self.assertEqual((self.out / "b.png").read_bytes(), (self.out / "a.png").read_bytes())

    def test_reconstruct_batch(self):
        text = self.run_sample("reconstruct_batch", "masked.png", "bare.png", "two.png")
        self.assertEqual(text, "masked.png: 1 faces\nbare.png: 0 faces\ntwo.png: 2 faces\n")

    def test_reconstruct_region(self):
        text = self.run_sample("reconstruct_region", "two.png", self.out / "a.png",
                               128, 0, 128, 192)
        self.assertEqual(text, "faces: 1\n")
        self.assert_color("a.png", LEFT_MOUTH, RED)
        self.assert_color("a.png", RIGHT_MOUTH, GREEN)
        self.run_sample("reconstruct_region", "two.png", self.out / "a.png", 128, 0, 129, 192,
                        code=1)

    def test_reconstruct_threads(self):
        photos = ["masked.png", "bare.png", "two.png"]
        text = self.run_sample("reconstruct_threads", self.out, *photos)
        self.assertEqual(text, "3 of 3 photos\n")
        for index, color in enumerate([GREEN, TAN, GREEN]):
            self.assert_color(f"{index}.png", LEFT_MOUTH, color)
        self.assertIn("gone.png", self.run_sample("reconstruct_threads", self.out, "gone.png",
                                                  code=1))

    def test_reconstruct_video(self):
        frames = ["two.png"] * 6
        text = self.run_sample("reconstruct_video", self.out, "swapped", *frames)
        first, *lines = text.splitlines()
        self.assertEqual(first, 'inpainters: "swapped"')
        self.assertEqual([line.split(":")[0] for line in lines],
                         ["frame 0, detected", "frame 1, detected", "frame 2", "frame 3",
                          "frame 4", "frame 5"])
        self.assertTrue(all(line.endswith(": face 0 face 1") for line in lines), text)
        self.assert_color("5.png", LEFT_MOUTH, YELLOW)
        # A new video has new tracks, even though it begins with the last frame of the previous one.
        text = self.run_sample("reconstruct_video", self.out, "", *frames[:3], "--", *frames[:1])
        self.assertEqual(text.splitlines()[3:], ["frame 2: face 0 face 1",
                                                 "frame 3, detected: face 2 face 3"])
        text = self.run_sample("reconstruct_video", self.out, "other", *frames, code=1)
        self.assertIn("swapped", text)

    def test_reconstruct_frames(self):
        text = self.run_sample("reconstruct_frames", self.out, *["two.png"] * 3)
        self.assertEqual(text.splitlines(), ["frame 0, detected", "frame 1, detected", "frame 2"])
        self.assert_color("2.png", LEFT_MOUTH, GREEN)
        self.assertIn("gone.png", self.run_sample("reconstruct_frames", self.out, "two.png",
                                                  "gone.png", code=1))

    def test_run_stages(self):
        text = self.run_sample("run_stages", "masked.png", self.out / "a.png")
        self.assertRegex(text, r"^mask: (47|48|49)% of the face\ngenerator: female \(0\.84\)\n$")
        self.assert_color("a.png", (128, 200), GREEN)
        self.assert_color("a.png", (128, 20), TAN)

    def set_options(self, photo, output, *options, code=0):
        return self.run_sample("set_options", photo, self.out / output, *options, code=code)

    def test_set_options_of_a_reconstruction(self):
        self.assertEqual(self.set_options("male.png", "a.png"),
                         "face 0: reconstructed, generator uncertain\n")
        self.assertEqual(self.set_options("male.png", "a.png", "gender_margin=0.0"),
                         "face 0: reconstructed\n")
        self.set_options("masked.png", "a.png", "gender=2", "mask_dilation=0", "blend=2")
        self.assert_color("a.png", LEFT_MOUTH, YELLOW)
        for option, printed in [("detection_threshold=0.85", "face 0: reconstructed\n"),
                                ("segmentation_threshold=1.0",
                                 "face 0: no_mask\nface 1: no_mask\n"),
                                ("min_mask_area=0.9", "face 0: no_mask\nface 1: no_mask\n"),
                                ("min_landmark_confidence=0.95",
                                 "face 0: landmarks_unreliable\nface 1: landmarks_unreliable\n"),
                                ("min_face_size=81", "face 0: too_small\nface 1: too_small\n")]:
            with self.subTest(option=option):
                self.assertEqual(self.set_options("two.png", "a.png", option), printed)

    def test_set_options_of_models(self):
        self.set_options("masked.png", "a.png", "device=cpu", "dtype=0", "threads=1")
        self.assertIn("'abacus'", self.set_options("masked.png", "a.png", "device=abacus", code=1))
        self.assertIn("color=1", self.set_options("masked.png", "a.png", "color=1", code=2))

    def test_set_options_of_encoding(self):
        with Image.open(self.toy / "bare.png") as photo:
            exif = photo.getexif()
            exif[ARTIST] = "somebody"
            photo.save(self.out / "source.jpg", exif=exif)
        self.set_options("masked.png", "small.jpg", "jpeg_quality=10")
        self.set_options("masked.png", "large.jpg", f"metadata_source={self.out / 'source.jpg'}")
        self.assertLess((self.out / "small.jpg").stat().st_size,
                        (self.out / "large.jpg").stat().st_size)
        with Image.open(self.out / "large.jpg") as painted:
            self.assertEqual(painted.getexif()[ARTIST], "somebody")

    def test_the_samples_show_the_whole_header(self):
        def code_of(path):
            return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

        samples = "".join(map(code_of, (SOURCE / "examples/c").glob("*.c")))
        header = code_of(SOURCE / "capi/demask.h")
        functions = re.findall(r"DEMASK_C_API[^;{]*?\b(demask_\w+)\(", header)
        structs = re.findall(r"^typedef struct \w+ \{(.*?)^\}", header, re.DOTALL | re.MULTILINE)
        fields = [name for name in re.findall(r"(\w+)(?:\[\d+\])?;", "".join(structs))
                  if not re.fullmatch(r"reserved(_\d+)?", name)]
        self.assertGreater(min(len(functions), len(fields)), 50)
        self.assertEqual([name for name in functions if not re.search(rf"\b{name}\b", samples)], [])
        self.assertEqual([name for name in fields
                          if not re.search(rf"(\.|->){name}\b", samples)], [])


if __name__ == "__main__":
    run_tests()
