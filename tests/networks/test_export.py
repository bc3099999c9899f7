# SPDX-License-Identifier: Apache-2.0
"""demask-export: the manifest it writes, every kind of network, and bundles that it refuses."""

import hashlib
import os
import subprocess
import sys
import unittest

import torch

from export_support import (GENDER, BrightMasks, Corner, CornerOfEach, ExportTest, Gender, Heatmaps,
                            NotFinite, NotInOnnx, Paint)
from support import MODELS

from exporter import command_line
from exporter.network import OPSET
from paper.catalogue import NETWORKS


class Manifest(ExportTest):
    def test_entry_repeats_the_bundle(self):
        source = self.add("gender_classifier", Gender(), **GENDER)
        manifest = self.export()
        self.assertEqual({key: manifest[key] for key in ("schema_version", "format", "opset",
                                                         "name", "version", "license")},
                         {"schema_version": 1, "format": "onnx", "opset": OPSET, "name": "toys",
                          "version": "1.2.3", "license": "CC0-1.0"})
        entry = manifest["models"]["gender_classifier"]
        written = (self.out / "gender_classifier.onnx").read_bytes()
        self.assertEqual(entry, {
            **GENDER, "stage": "gender_classifier", "file": "gender_classifier.onnx",
            "sha256": hashlib.sha256(written).hexdigest(), "size_bytes": len(written),
            "source": {"file": source.name,
                       "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
                       "size_bytes": source.stat().st_size},
            "inputs": [{"name": "face", "type": "float32", "shape": ["batch", 3, 32, 32],
                        "range": [0.0, 1.0], "meaning": "RGB, canonical face"}],
            "outputs": [{"name": "logits", "type": "float32", "shape": ["batch", 2],
                         "range": None, "meaning": "one for each of class_names"}]})

    def test_every_kind_of_network(self):
        self.add("face_detector", Corner())
        self.add("segmenter", BrightMasks(), variant="instance")
        self.add("landmark_detector", Heatmaps(), variant="heatmap", landmark_scheme=98,
                 crop_scale=1.5)
        self.add("inpainter_female", Paint())
        models = self.export()["models"]
        shapes = {stage: [{t["name"]: t["shape"] for t in entry[side]}
                          for side in ("inputs", "outputs")] for stage, entry in models.items()}
        photo = [3, "height", "width"]
        self.assertEqual(shapes, {
            "face_detector": [{"image": [1, *photo]}, {
                "boxes": ["detections", 4], "scores": ["detections"],
                "points": ["detections", 5, 2]}],
            "segmenter": [{"photo": photo}, {
                "boxes": ["detections", 4], "scores": ["detections"],
                "masks": ["detections", 1, "height", "width"]}],
            "landmark_detector": [{"face": ["batch", 3, 32, 32]},
                                  {"heatmaps": ["batch", 98, 8, 8]}],
            "inpainter_female": [{"face": ["batch", 3, 32, 32], "mask": ["batch", 1, 32, 32],
                                  "landmark_map": ["batch", 1, 32, 32]},
                                 {"painted": ["batch", 3, 32, 32]}]})
        self.assertEqual(models["segmenter"]["variant"], "instance")

    def test_inception_of_the_paper(self):
        self.add("gender_classifier", NETWORKS["inception_v3"].build(16, 128).eval(), **GENDER)
        self.manifest["models"]["gender_classifier"]["input_size"] = 128
        self.write_manifest()
        outputs = self.export()["models"]["gender_classifier"]["outputs"]
        self.assertEqual([output["shape"] for output in outputs], [["batch", 2]])

    def test_pairs_of_inpainters(self):
        for gender in ("female", "male"):
            self.add(f"inpainter_{gender}", Paint(), "ffhq")
        manifest = self.export("--without", "inpainter_male.ffhq")
        self.assertEqual(list(manifest["variants"]["ffhq"]["models"]), ["inpainter_female"])
        entry = manifest["variants"]["ffhq"]["models"]["inpainter_female"]
        self.assertEqual(entry["file"], "inpainter_female.ffhq.onnx")
        self.assertEqual(sorted(path.name for path in self.out.iterdir()),
                         ["inpainter_female.ffhq.onnx", "manifest.json"])

    def test_training_artifacts_are_left_out(self):
        self.add("gender_classifier", Gender(), **GENDER)
        self.manifest["training_artefacts"] = {"discriminator_male": {
            "file": "absent.pt", "sha256": "0" * 64, "size_bytes": 1}}
        self.write_manifest()
        self.assertNotIn("training_artefacts", self.export())

    def test_what_is_no_network_is_left_out(self):
        self.add("gender_classifier", Gender(), **GENDER)
        self.add("shape_model", Gender())
        self.assertEqual(list(self.export()["models"]), ["gender_classifier"])

    def test_weights_of_16_bits(self):
        self.add("gender_classifier", Gender(), **GENDER)
        full = self.export()["models"]["gender_classifier"]["sha256"]
        for dtype in (torch.float16, torch.bfloat16):
            self.add("gender_classifier", Gender().to(dtype), **GENDER)
            self.assertEqual(self.export()["models"]["gender_classifier"]["sha256"], full)


class Refusals(ExportTest):
    def test_broken_bundles(self):
        self.assertIn("manifest.json: it cannot be read (No such file or directory); name the "
                      "folder of a bundle", self.refused())
        (self.bundle / "manifest.json").write_text("{")
        self.assertIn("manifest.json: it is not JSON", self.refused())
        (self.bundle / "manifest.json").write_text("[]")
        self.assertIn("it is not a JSON object", self.refused())
        self.write_manifest()
        self.assertIn("it lists no models", self.refused())
        file = self.add("gender_classifier", Gender(), **GENDER)
        content = file.read_bytes()
        file.write_bytes(content[:-1])
        self.assertIn("gender_classifier.pt: its size is not the manifest's", self.refused())
        file.write_bytes(content[:-1] + b"x")
        self.assertIn("gender_classifier.pt: its SHA-256 is not the manifest's", self.refused())
        file.unlink()
        self.assertIn("gender_classifier.pt: it cannot be read (No such file", self.refused())
        outside = self.folder / "outside.pt"
        outside.write_bytes(content)
        file.symlink_to(outside)
        self.assertIn("it lies outside the bundle", self.refused())

    def test_wrong_members(self):
        self.add("segmenter", BrightMasks(), variant="instance")
        whole = dict(self.manifest["models"]["segmenter"])
        for member, value in {"file": "../x.pt", "sha256": "0" * 63, "size_bytes": True,
                              "input_size": 8, "variant": "panoptic"}.items():
            self.manifest["models"]["segmenter"] = {**whole, member: value}
            self.write_manifest()
            self.assertIn(f"segmenter: its {member} is not", self.refused())
        for member, value in {"schema_version": 2, "name": 3, "models": []}.items():
            kept = self.manifest[member]
            self.manifest[member] = value
            self.write_manifest()
            self.assertIn(member, self.refused())
            self.manifest[member] = kept
        self.manifest["models"] = {"painter": whole}
        self.write_manifest()
        self.assertIn("painter: it is not a stage", self.refused())

    def test_not_torchscript(self):
        file = self.add("gender_classifier", Gender(), **GENDER)
        file.write_bytes(b"no archive")
        entry = self.manifest["models"]["gender_classifier"]
        entry["size_bytes"] = len(b"no archive")
        entry["sha256"] = hashlib.sha256(b"no archive").hexdigest()
        self.write_manifest()
        self.assertIn("gender_classifier: it does not load as TorchScript", self.refused())

    def test_networks_that_violate_their_contract(self):
        self.add("gender_classifier", Heatmaps(), **GENDER)
        self.assertIn("gender_classifier: its output logits has the shape [2, 98, 8, 8] where "
                      "[2, 2] is needed", self.refused())
        self.add("gender_classifier", BrightMasks(), **GENDER)
        self.assertIn("it returns 3 tensors where 1 are needed", self.refused())
        self.add("gender_classifier", Paint(), **GENDER)
        self.assertIn("gender_classifier: it fails on its input", self.refused())
        self.add("gender_classifier", NotFinite(), **GENDER)
        self.assertIn("its output logits is not finite", self.refused())
        self.manifest["models"] = {}
        self.add("landmark_detector", Heatmaps(), variant="heatmap", landmark_scheme=68)
        self.assertIn("has the shape [2, 98, 8, 8] where [2, 68, 8, 8] is needed", self.refused())

    def test_an_operator_that_onnx_lacks(self):
        self.add("inpainter_male", Paint())
        self.add("gender_classifier", NotInOnnx(), **GENDER)
        message = self.refused()
        self.assertIn("gender_classifier: it cannot be written in the operators of ONNX opset",
                      message)
        self.assertIn("bessel_j0", message)
        self.assertIn("leave it out with --without gender_classifier", message)
        self.assertEqual(list(self.export("--without", "gender_classifier")["models"]),
                         ["inpainter_male"])

    def test_a_detector_that_onnx_cannot_express(self):
        self.add("face_detector", CornerOfEach())
        message = self.refused()
        self.assertIn("face_detector: it cannot be written in the operators of ONNX opset 13 "
                      "(Couldn't lower all tuples", message)
        self.assertIn("leave it out with --without face_detector", message)

    def test_without(self):
        self.add("gender_classifier", Gender(), **GENDER)
        self.assertIn("--without segmenter: the bundle has no such network; name one of "
                      "gender_classifier", self.refused("--without", "segmenter"))
        self.assertIn("no network is left", self.refused("--without", "gender_classifier"))

    def test_an_export_is_no_bundle(self):
        self.add("gender_classifier", Gender(), **GENDER)
        self.export()
        self.bundle = self.out
        self.out = self.folder / "second"
        self.assertIn("it belongs to an ONNX export", self.refused())


class Program(ExportTest):
    def run_program(self, *arguments, **environment):
        return subprocess.run(
            [sys.executable, "-P", "-m", "exporter", *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(MODELS), **environment}, capture_output=True,
            text=True, check=False)

    def test_exit_codes_and_messages(self):
        self.add("gender_classifier", Gender(), **GENDER)
        done = self.run_program("--onnx", self.out, DEMASK_MODELS=str(self.bundle))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        size = (self.out / "gender_classifier.onnx").stat().st_size
        self.assertEqual(done.stdout, f"{self.out / 'gender_classifier.onnx'}: {size} bytes\n")
        failed = self.run_program("--onnx", self.folder / "x", self.folder / "absent")
        self.assertEqual((failed.returncode, failed.stdout), (1, ""))
        self.assertTrue(failed.stderr.startswith("demask-export: "), failed.stderr)
        self.assertEqual(self.run_program(self.bundle).returncode, 2)

    def test_default_bundle(self):
        kept = os.environ.pop("DEMASK_MODELS", None)
        try:
            self.assertEqual(command_line.parse(["--onnx", "x"]).bundle, MODELS / "default")
        finally:
            if kept is not None:
                os.environ["DEMASK_MODELS"] = kept


if __name__ == "__main__":
    unittest.main()
