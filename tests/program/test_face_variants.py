#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program with several plausible faces and with expressions.

    test_face_variants.py PROGRAM SHAPE_BUNDLE PHOTO WORK SCHEMA BUNDLE_WITHOUT_SHAPES
"""

import json
import pathlib
import subprocess

from PIL import Image
from program_test import ProgramTest, Settings, metadata, reconstruct, run_tests
from test_report_schema import Schema


class FaceVariants(ProgramTest):
    def setUp(self):
        super().setUp()
        self.photo = self.folder / "skin.jpg"
        photo = Image.new("RGB", (256, 256), (90, 160, 120))
        photo.paste((255, 0, 0), (100, 136, 156, 170))
        photo.save(self.photo, quality=95)
        subprocess.run(["exiftool", "-q", "-overwrite_original", "-Make=Camera", str(self.photo)],
                       check=True, timeout=60)
        self.out = self.folder / "out.png"

    def run_variants(self, *options, code=0):
        self.assert_exit(reconstruct(self.photo, "-o", self.out, "--variants", "3", "--diversity",
                                     "1", *options), code)

    def name(self, suffix):
        return self.folder / f"out_{suffix}.png"

    def pixels(self, path):
        with Image.open(path) as picture:
            return picture.convert("RGB").tobytes()

    def test_each_variant_is_a_marked_file_with_the_metadata_of_the_photo(self):
        self.run_variants()
        self.assertEqual(self.files(self.folder),
                         ["out.png", "out_variant1.png", "out_variant2.png", "out_variants.png",
                          "skin.jpg"])
        pictures = {self.pixels(path) for path in
                    (self.out, self.name("variant1"), self.name("variant2"))}
        self.assertEqual(len(pictures), 3)
        for suffix in ("variant1", "variant2", "variants"):
            tags = metadata(self.name(suffix))
            self.assertIn("XMP-iptcExt:DigitalSourceType", tags)
            self.assertEqual(tags["IFD0:Make"], "Camera")
        with Image.open(self.name("variants")) as sheet:
            self.assertGreater(sheet.width, 4 * 256)  # the face and its three variants
            self.assertGreater(sheet.height, 256)

    def test_the_seed_decides_the_variants(self):
        self.run_variants("--seed", "18446744073709551615")
        first = self.pixels(self.name("variant2"))
        self.run_variants("--seed", "18446744073709551615", "--threads", "1")
        self.assertEqual(self.pixels(self.name("variant2")), first)
        self.run_variants("--seed", "8")
        self.assertNotEqual(self.pixels(self.name("variant2")), first)

    def test_the_report_lists_them(self):
        report_file = self.folder / "report.json"
        self.run_variants("--json", report_file)
        report = json.loads(report_file.read_text())
        schema = Schema(json.loads(pathlib.Path(Settings.others[0]).read_text()))
        self.assertEqual(schema.errors(schema.document, report), [])
        photo, = report["photos"]
        self.assertEqual(photo["variants"],
                         [str(self.name("variant1")), str(self.name("variant2"))])
        self.assertEqual(photo["variant_sheet"], str(self.name("variants")))
        face, = photo["faces"]
        self.assertEqual(len(face["variants"]), 3)
        self.assertEqual(face["variants"][0]["likelihood"], 1.0)
        self.assertLess(face["variants"][1]["likelihood"], 1.0)
        for variant in face["variants"]:
            self.assertEqual(len(variant["landmarks"]), 68)
            self.assertTrue((self.folder / variant["aligned_file"]).is_file())

    def test_a_photo_without_masked_faces_has_no_variants(self):
        self.make_bare_photo(self.photo)
        self.run_variants("--faces", "5", "--json", self.folder / "report.json")
        self.assertFalse(self.name("variant1").exists())
        photo, = json.loads((self.folder / "report.json").read_text())["photos"]
        self.assertEqual((photo["variants"], photo["variant_sheet"]), ([], None))

    def test_variants_do_not_overwrite_photos(self):
        other = self.folder / "out_variant2.png"
        Image.new("RGB", (64, 64)).save(other)
        result = reconstruct(self.photo, other, "-o", f"{self.folder}/other/", "--variants", "3")
        self.assert_exit(result, 0)  # into another folder
        result = reconstruct(self.photo, "-o", self.out, "--variants", "3", "--panel", other)
        self.assert_exit(result, 2)
        self.assertIn("out_variant2.png", result.stderr)
        beside = self.folder / "skin_variant1.jpg"
        Image.new("RGB", (64, 64)).save(beside)
        result = reconstruct(self.photo, beside, "-o", self.folder / "all", "--variants", "2")
        self.assert_exit(result, 2)
        self.assertIn("skin_variant1.jpg", result.stderr)

    def test_a_run_is_resumed_with_its_variants(self):
        report_file = self.folder / "report.json"
        self.run_variants("--json", report_file)
        before = json.loads(report_file.read_text())
        times = {path: path.stat().st_mtime_ns for path in self.folder.glob("out*.png")}
        self.run_variants("--json", report_file, "--resume")
        self.assertEqual(json.loads(report_file.read_text()), before)
        self.assertEqual({path: path.stat().st_mtime_ns for path in times}, times)

    def test_expressions(self):
        pictures = set()
        for name in ("as_found", "neutral", "smile", "OPEN_MOUTH"):
            self.assert_exit(reconstruct(self.photo, "-o", self.out, "--expression", name), 0)
            pictures.add(self.pixels(self.out))
        self.assertEqual(len(pictures), 4)

    def striped(self, name, masked):
        """A picture with detail around its face, as a toy of two photos of one person."""
        photo = Image.new("RGB", (256, 256), (90, 160, 120))
        for x in range(0, 256, 16):
            photo.paste((50, 90, 70), (x, 0, x + 8, 256))
        if masked:
            photo.paste((255, 0, 0), (100, 136, 156, 170))
        path = self.folder / name
        photo.save(path)
        return path

    def test_a_reference_changes_what_is_painted(self):
        photo = self.striped("masked.png", True)
        self.assert_exit(reconstruct(photo, "-o", self.out), 0)
        without = self.pixels(self.out)
        report_file = self.folder / "report.json"
        reference = self.striped("bare.png", False)
        result = reconstruct(photo, "-o", self.out, "--reference", reference, "--json", report_file)
        self.assert_exit(result, 0)
        self.assertNotIn("reference", result.stderr)
        report = json.loads(report_file.read_text())
        schema = Schema(json.loads(pathlib.Path(Settings.others[0]).read_text()))
        self.assertEqual(schema.errors(schema.document, report), [])
        face = report["photos"][0]["faces"][0]
        self.assertEqual((face["reference"], face["reference_reason"]), ("pixels", ""))
        self.assertNotEqual(self.pixels(self.out), without)

    def test_a_reference_that_is_not_used_is_told(self):
        photo = self.striped("masked.png", True)
        result = reconstruct(photo, "-o", self.out, "--reference", photo, "--reference", photo)
        self.assert_exit(result, 0)
        self.assertIn("masked.png: the reference is not used: the face in the reference photo "
                      "wears a mask", result.stderr)

    def test_wrong_references(self):
        reference = self.striped("bare.png", False)
        many = [argument for _ in range(5) for argument in ("--reference", reference)]
        result = reconstruct(self.photo, "-o", self.out, *many)
        self.assert_exit(result, 2)
        self.assertIn("at most 4", result.stderr)
        result = reconstruct(self.photo, "-o", reference, "--reference", reference)
        self.assert_exit(result, 2)
        self.assertIn("bare.png", result.stderr)
        result = reconstruct(self.photo, "-o", self.out, "--reference", self.folder / "none.png")
        self.assert_exit(result, 1)
        self.assertFalse(self.out.exists())

    def test_wrong_use(self):
        for options in (["--variants", "0"], ["--variants", "17"], ["--diversity", "1.1"],
                        ["--seed", "-1"], ["--expression", "angry"]):
            self.assert_exit(reconstruct(self.photo, "-o", self.out, *options), 2)
        for options in (["--variants", "2"], ["--expression", "smile"]):
            result = reconstruct(self.photo, "-o", self.out, *options,
                                 models=Settings.others[1])
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("shape_model", result.stderr)
            self.assertFalse(self.out.exists())


if __name__ == "__main__":
    run_tests()
