# SPDX-License-Identifier: Apache-2.0
"""The command that makes a bundle of the paper's networks, here with narrow ones."""

import json
import os
import pathlib
import subprocess
import sys

from program_test import ProgramTest, Settings, demask, reconstruct, run_tests
from test_variants import draw_photo


class PaperBundle(ProgramTest):
    def make(self, *arguments):
        architectures, bundler = Settings.others[:2]
        command = [sys.executable, "-m", "paper.bundle", "--out", str(self.folder / "bundle"), "--bundler",
                   bundler, "--divisor", "16", "--segmenter-size", "64", *arguments]
        return subprocess.run(command, env={**os.environ, "PYTHONPATH": architectures},
                              capture_output=True, text=True, timeout=600, check=False)

    def test_a_bundle_of_fresh_networks_runs(self):
        self.assert_exit(self.make("--depth", "50", "--variant", "ffhq"), 0)
        result = demask("models", "--models", self.folder / "bundle", "--json")
        self.assert_exit(result, 0)
        bundle = json.loads(result.stdout)
        models = {(m["stage"], m["variant"]) for m in bundle["models"]}
        self.assertEqual(models, {
            ("segmenter", "instance"), ("landmark_detector", "heatmap"), ("gender_classifier", ""),
            *[(f"inpainter_{g}", v) for g in ("female", "male") for v in ("", "ffhq")]})
        self.assertEqual([(a["name"], a["variant"]) for a in bundle["training_artefacts"]],
                         [("discriminator_female", "ffhq"), ("discriminator_male", "ffhq")])
        photo = draw_photo(self.folder / "street.png")
        self.assert_exit(reconstruct(photo, "-o", self.folder / "out.png", "--variant", "ffhq",
                                     models=self.folder / "bundle"), 0)

    def test_files_have_terms(self):
        result = self.make("--segmenter", "mask_rcnn.pt")
        self.assert_exit(result, 2)
        self.assertIn("--license is missing", result.stderr)
        self.assertFalse((self.folder / "bundle").exists())

    def test_a_checkpoint_is_handed_to_the_importer(self):
        checkpoint = self.folder / "gender.h5"
        checkpoint.write_bytes(b"no checkpoint")
        modules = pathlib.Path(Settings.others[2])
        result = self.make(
            "--license", "t", "--gender-classifier", str(checkpoint), "--segmenter",
            str(modules / "blue_masks.pt"), "--landmark-detector",
            str(modules / "frontal_heatmaps.pt"), "--inpainter-female",
            str(modules / "echo_inpainter.pt"), "--inpainter-male",
            str(modules / "echo_inpainter.pt"))
        self.assert_exit(result, 1)
        self.assertIn("demask-import: ", result.stderr)
        self.assertIn("gender.h5", result.stderr)
        manifest = json.loads(pathlib.Path(self.folder / "bundle" / "manifest.json").read_text())
        self.assertNotIn("gender_classifier", manifest["models"])
        self.assertIn("segmenter", manifest["models"])


if __name__ == "__main__":
    run_tests()
