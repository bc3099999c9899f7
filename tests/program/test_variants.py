# SPDX-License-Identifier: Apache-2.0
"""A bundle like the paper's: masks of whole photos, 98 points, several sets of inpainters."""

import json
import pathlib
import subprocess

from PIL import Image, ImageDraw

from program_test import ProgramTest, Settings, demask, reconstruct, run_tests
from test_report_schema import Schema

FACES = [(20, 40, 200), (300, 60, 180)]  # left and top edge and side of each canonical face


def draw_photo(path):
    """Two heads in front of a plain wall, with blue masks as wide as their jaws."""
    photo = Image.new("RGB", (500, 300), (120, 130, 60))
    draw = ImageDraw.Draw(photo)
    for x, y, side in FACES:
        unit = side / 256
        draw.ellipse([x + 33 * unit, y + 5 * unit, x + 223 * unit, y + 245 * unit],
                     fill=(210, 160, 140))
        draw.rectangle([x + 36 * unit, y + 140 * unit, x + 220 * unit, y + 240 * unit],
                       fill=(20, 40, 220))
    photo.save(path)
    return path


class Variants(ProgramTest):
    def setUp(self):
        super().setUp()
        schema, self.bundler, modules = Settings.others
        self.schema = Schema(json.loads(pathlib.Path(schema).read_text()))
        self.modules = pathlib.Path(modules)
        self.bundle = self.folder / "bundle"
        self.street = draw_photo(self.folder / "street.png")

    def module(self, name):
        return str(self.modules / f"{name}.pt")

    def make_bundle(self, *arguments):
        command = [
            self.bundler, "--out", str(self.bundle), "--name", "small", "--version", "1",
            "--license", "none", "--segmenter", self.module("blue_masks"),
            "--segmenter-variant", "instance", "--segmenter-size", "500",
            "--landmark-detector", self.module("frontal_heatmaps"),
            "--landmark-variant", "heatmap", "--landmark-scheme", "98",
            "--gender-classifier", self.module("red_against_blue"),
            "--inpainter-female", self.module("echo_inpainter"),
            "--inpainter-male", self.module("echo_inpainter"),
            "--variant", "ffhq", self.module("red_inpainter"), self.module("red_inpainter"),
            "--variant", "celeba", self.module("green_inpainter"), self.module("green_inpainter"),
            "--variant-discriminators", "ffhq", self.module("identity"), self.module("identity"),
            *arguments,
        ]
        return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

    def run_photo(self, *arguments):
        """The report, checked against its schema, and the written photo."""
        report = self.folder / "report.json"
        out = self.folder / "out.png"
        self.assert_exit(reconstruct(self.street, "-o", out, "--json", report, "--blend", "none",
                                     *arguments, models=self.bundle), 0)
        written = json.loads(report.read_text())
        self.assertEqual(self.schema.errors(self.schema.document, written), [])
        with Image.open(out) as photo:
            return written, photo.convert("RGB")

    def middles(self, photo):
        return [photo.getpixel((x + side // 2, y + side * 200 // 256)) for x, y, side in FACES]

    def test_a_variant_is_listed_and_chosen(self):
        self.assert_exit(self.make_bundle(), 0)
        result = demask("models", "--models", self.bundle, "--verify")
        self.assert_exit(result, 0)
        for text in ("variants of the inpainters: celeba, ffhq", "inpainter_male (ffhq)",
                     "segmenter (instance)", "landmark_detector (heatmap)",
                     "discriminator_female (ffhq), for training only"):
            self.assertIn(text, result.stdout)
        result = demask("models", "--models", self.bundle, "--json")
        listed = json.loads(result.stdout)
        self.assertEqual(listed["variants"], ["celeba", "ffhq"])
        self.assertEqual(listed["variant"], "")
        self.assertEqual(len(listed["models"]), 9)
        self.assertEqual({a["name"] for a in listed["training_artefacts"]},
                         {"discriminator_female", "discriminator_male"})

        report, photo = self.run_photo("--variant", "ffhq")
        self.assertEqual(report["bundle"]["variant"], "ffhq")
        self.assertEqual(self.middles(photo), [(255, 0, 0)] * 2)
        _, photo = self.run_photo("--variant", "celeba")
        self.assertEqual(self.middles(photo), [(0, 255, 0)] * 2)
        _, photo = self.run_photo()
        for color in self.middles(photo):
            self.assertEqual(color[0], 255)
            self.assertNotEqual(color, (255, 0, 0))

    def test_a_missing_variant_is_bad_usage(self):
        self.assert_exit(self.make_bundle(), 0)
        out = self.folder / "out.png"
        result = reconstruct(self.street, "-o", out, "--variant", "other", models=self.bundle)
        self.assert_exit(result, 2)
        self.assertIn("there is no variant 'other'; choose one of: celeba, ffhq", result.stderr)
        self.assertFalse(out.exists())
        result = reconstruct(self.street, "-o", out, "--variant", "ffhq")
        self.assert_exit(result, 2)
        self.assertIn("it has no variants", result.stderr)

    def test_98_points_are_reported_and_drawn_with_the_68_among_them(self):
        self.assert_exit(self.make_bundle(), 0)
        panel = self.folder / "panel.png"
        report, _ = self.run_photo("--panel", panel)
        faces = report["photos"][0]["faces"]
        self.assertEqual([face["status"] for face in faces], ["reconstructed"] * 2)
        for face, (x, y, side) in zip(faces, FACES):
            self.assertEqual(face["landmark_scheme"], "wflw98")
            self.assertEqual(len(face["landmarks"]), 98)
            self.assertEqual(len(face["landmark_confidence"]), 98)
            self.assertEqual(len(face["landmarks68"]), 68)
            # The chin and the outer corner of the left eye.
            self.assertEqual(face["landmarks68"][8], face["landmarks"][16])
            self.assertEqual(face["landmarks68"][45], face["landmarks"][72])
            chin_x, chin_y = face["landmarks"][16]
            self.assertAlmostEqual(chin_x, x + side / 2, delta=0.04 * side)
            self.assertAlmostEqual(chin_y, y + side * 240 / 256, delta=0.04 * side)
        with Image.open(panel) as picture:
            colors = {color for _, color in picture.convert("RGB").getcolors(1 << 24)}
        # Points of high confidence, and the lines of the 68.
        self.assertTrue(any(r < 30 and g > 200 and b < 10 for r, g, b in colors))
        self.assertTrue(any(r < 90 and g > 180 and b > 210 for r, g, b in colors))

    def test_single_stages_work_without_a_face_detector(self):
        self.assert_exit(self.make_bundle(), 0)
        for command in ("detect", "landmarks", "gender", "segment"):
            with self.subTest(command=command):
                result = demask(command, self.street, "--models", self.bundle)
                self.assert_exit(result, 0)
                self.assertEqual(len(json.loads(result.stdout)["photos"][0]["faces"]), 2)

    def test_a_bundle_with_half_a_variant_is_not_made(self):
        result = self.make_bundle("--variant", "third", self.module("red_inpainter"))
        self.assertNotEqual(result.returncode, 0)
        result = self.make_bundle("--variant", "a b", *[self.module("red_inpainter")] * 2)
        self.assert_exit(result, 1)
        self.assertIn("'a b' is not a valid name", result.stderr)


if __name__ == "__main__":
    run_tests()
