#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program with each quality, with and without a prior inpainter.

    test_quality.py PROGRAM PRIOR_BUNDLE PHOTO WORK BUNDLE_WITHOUT_PRIOR
"""

import json

from PIL import Image
from program_test import ProgramTest, Settings, demask, reconstruct, run_tests


class Quality(ProgramTest):
    def setUp(self):
        super().setUp()
        self.photo = self.folder / "skin.png"
        photo = Image.new("RGB", (256, 256), (90, 160, 120))
        photo.paste((255, 0, 0), (100, 136, 156, 170))
        photo.save(self.photo)

    def quality(self, *options, models=None):
        """The quality of the face in the report, and what the program wrote to standard error."""
        result = reconstruct(self.photo, "-o", self.folder / "out.png", "--json",
                             self.folder / "report.json", *options, models=models)
        self.assert_exit(result, 0)
        report = json.loads((self.folder / "report.json").read_text())
        face, = report["photos"][0]["faces"]
        self.assertEqual(face["status"], "reconstructed")
        return face["quality"], result.stderr

    def test_the_report_names_the_quality(self):
        self.assertEqual(self.quality(), ("fine", ""))
        for name in ("fast", "fine", "best", "BEST"):
            self.assertEqual(self.quality("--quality", name, "--search-steps", "2"),
                             (name.lower(), ""))
        self.assertEqual(self.quality("--quality", "best", "--search-steps", "9",
                                      "--search-seconds", "0.001"), ("best", ""))

    def test_a_bundle_without_a_prior_says_so_if_asked_for_more(self):
        plain = Settings.others[0]
        self.assertEqual(self.quality(models=plain), ("fast", ""))
        self.assertEqual(self.quality("--quality", "fast", models=plain), ("fast", ""))
        for name in ("fine", "best"):
            quality, errors = self.quality("--quality", name, models=plain)
            self.assertEqual(quality, "fast")
            self.assertEqual(errors.count("no inpainter_prior"), 1)

    def test_a_number_is_not_a_quality(self):
        result = reconstruct(self.photo, "-o", self.folder / "out.jpg", "--quality", "90")
        self.assert_exit(result, 2)
        self.assertIn("--jpeg-quality", result.stderr)
        self.assert_exit(reconstruct(self.photo, "-o", self.folder / "out.jpg", "--jpeg-quality",
                                     "90"), 0)

    def test_the_bundle_is_listed_with_its_prior(self):
        result = demask("models", "--models", Settings.bundle, "--json")
        self.assert_exit(result, 0)
        stages = {model["stage"]: model["variant"] for model in json.loads(result.stdout)["models"]}
        self.assertEqual(stages["inpainter_prior"], "prior")


if __name__ == "__main__":
    run_tests()
