# SPDX-License-Identifier: Apache-2.0
"""Bundles: where they are opened from, and what they report."""

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import demask
import toy
from demask import Stage


class BundleTest(unittest.TestCase):
    def test_what_a_bundle_tells(self):
        with demask.Bundle(toy.BUNDLE) as bundle:
            self.assertEqual((bundle.name, bundle.version, bundle.license),
                             ("toy", "1.0.0", "CC0-1.0"))
            self.assertEqual(Path(bundle.folder), toy.BUNDLE)
            self.assertEqual([stage for stage in Stage if not bundle.has(stage)],
                             [Stage.INPAINTER_PRIOR, Stage.SHAPE_MODEL])
            bundle.verify()
            models = {model.stage: model for model in bundle.models if model.variant != "swapped"}
            self.assertEqual(len(bundle.models), len(models) + 2)
        self.assertEqual(set(models), set(Stage) - {Stage.INPAINTER_PRIOR, Stage.SHAPE_MODEL})
        detector = models[Stage.FACE_DETECTOR]
        self.assertEqual(detector.file, "face_detector.pt")
        self.assertEqual(detector.size_bytes, (toy.BUNDLE / detector.file).stat().st_size)
        self.assertEqual(len(detector.sha256), 64)
        self.assertEqual(detector.input_size, 256)
        self.assertEqual(detector.metrics, {"recall": 1.0})
        self.assertEqual(detector.license, "CC0-1.0")
        self.assertEqual(models[Stage.GENDER_CLASSIFIER].class_names, ("female", "male"))
        landmarks = models[Stage.LANDMARK_DETECTOR]
        self.assertEqual((landmarks.variant, landmarks.crop_scale, landmarks.landmark_scheme),
                         ("points", 1.5, demask.LandmarkScheme.IBUG68))

    def test_a_bundle_from_memory(self):
        files = {path.name: path.read_bytes() for path in toy.BUNDLE.iterdir()}
        with demask.Bundle.from_memory(files) as bundle:
            bundle.verify()
            self.assertEqual((bundle.name, bundle.folder), ("toy", ""))
            reconstructor = demask.Reconstructor(bundle)
        result = reconstructor.reconstruct(toy.photo(), toy.PASTED)
        self.assertEqual(toy.mouth(result.photo), toy.GREEN)
        files["segmenter.pt"] = files["segmenter.pt"][:-1] + b"?"
        with self.assertRaisesRegex(demask.HashMismatchError, "segmenter.pt"):
            demask.Bundle.from_memory(files).verify()
        del files["manifest.json"]
        with self.assertRaises(demask.DemaskError):
            demask.Bundle.from_memory(files)

    def test_what_a_manifest_tells_of_single_models(self):
        manifest = json.loads((toy.BUNDLE / "manifest.json").read_text())
        manifest["models"]["face_detector"]["largest_face"] = 120
        manifest["models"]["landmark_detector"]["min_confidence"] = 0.25
        manifest["models"]["gender_classifier"]["mirror_average"] = True
        files = {path.name: path.read_bytes() for path in toy.BUNDLE.iterdir()}
        files["manifest.json"] = json.dumps(manifest).encode()
        models = {model.stage: model for model in demask.Bundle.from_memory(files).models}
        self.assertEqual(models[Stage.FACE_DETECTOR].largest_face, 120.0)
        self.assertAlmostEqual(models[Stage.LANDMARK_DETECTOR].min_confidence, 0.25)
        self.assertEqual([stage for stage, model in models.items() if model.mirror_average],
                         [Stage.GENDER_CLASSIFIER])

    def test_training_artifacts(self):
        self.assertEqual(demask.Bundle(toy.BUNDLE).artifacts, [])
        manifest = json.loads((toy.BUNDLE / "manifest.json").read_text())
        artifact = {"file": "judge.pt", "sha256": "0" * 64, "size_bytes": 7}
        manifest["training_artefacts"] = {"discriminator_male": artifact}
        manifest["variants"]["swapped"]["training_artefacts"] = {"discriminator_female": artifact}
        files = {path.name: path.read_bytes() for path in toy.BUNDLE.iterdir()}
        files["manifest.json"] = json.dumps(manifest).encode()
        found = demask.Bundle.from_memory(files).artifacts
        self.assertEqual([(a.name, a.variant) for a in found],
                         [("discriminator_male", ""), ("discriminator_female", "swapped")])
        self.assertEqual((found[0].file, found[0].sha256, found[0].size_bytes),
                         ("judge.pt", "0" * 64, 7))

    def test_variants(self):
        with demask.Bundle(toy.BUNDLE) as bundle, bundle.with_variant("swapped") as swapped:
            self.assertEqual(bundle.variants, ["swapped"])
            self.assertEqual((bundle.variant, swapped.variant), ("", "swapped"))
            self.assertEqual(swapped.with_variant("").variant, "")
            with self.assertRaisesRegex(demask.InvalidArgumentError, "swapped"):
                bundle.with_variant("other")
            result = demask.Reconstructor(swapped).reconstruct(toy.photo(), toy.PASTED)
        self.assertEqual(toy.mouth(result.photo), toy.YELLOW)

    def test_limits(self):
        demask.Bundle(toy.BUNDLE, demask.BundleLimits(max_file_bytes=1 << 20)).verify()
        with self.assertRaises(demask.BundleInvalidError):
            demask.Bundle(toy.BUNDLE, demask.BundleLimits(max_file_bytes=100))
        with self.assertRaises(demask.BundleInvalidError):
            demask.Bundle(toy.BUNDLE, demask.BundleLimits(max_total_bytes=5000))
        small = demask.BundleLimits(max_file_bytes=100)
        files = {path.name: path.read_bytes() for path in toy.BUNDLE.iterdir()}
        with self.assertRaises(demask.BundleInvalidError):
            demask.Bundle.from_memory(files, small)
        with mock.patch.dict(os.environ, DEMASK_MODELS=str(toy.BUNDLE)):
            with self.assertRaises(demask.BundleInvalidError):
                demask.Bundle(limits=small)

    def test_the_default_bundle(self):
        with mock.patch.dict(os.environ, DEMASK_MODELS=str(toy.BUNDLE)):
            self.assertEqual(demask.Bundle().name, "toy")
        with mock.patch.dict(os.environ, DEMASK_MODELS="/nowhere"):
            with self.assertRaisesRegex(demask.BundleNotFoundError, "/nowhere"):
                demask.Reconstructor()

    def test_a_bad_bundle_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(demask.BundleNotFoundError, folder):
                demask.Bundle(folder)
            (Path(folder) / "manifest.json").write_text("{}")
            with self.assertRaisesRegex(demask.BundleInvalidError, "schema_version"):
                demask.Bundle(folder)

    def test_a_closed_bundle_is_not_used(self):
        bundle = demask.Bundle(toy.BUNDLE)
        bundle.close()
        bundle.close()
        with self.assertRaisesRegex(ValueError, "Bundle: is closed"):
            bundle.verify()


if __name__ == "__main__":
    unittest.main()
