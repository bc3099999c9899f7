#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares docs/manifest.schema.json with the library: both accept and refuse the same manifests.

    test_manifest_schema.py SCHEMA LIBRARY WORK BUNDLE...

The manifests of the bundles must be valid. Damaged copies of a manifest with every member must be
refused, by the schema at the place that the library's error names.
"""

import copy
import ctypes
import json
import re
import sys
import unittest
from ctypes import POINTER, byref, c_char_p, c_void_p
from pathlib import Path

import jsonschema

HASH = "a" * 64


def entry(file, **more):
    return {"file": file, "sha256": HASH, "size_bytes": 1234, "input_size": 256, **more}


def artifact():
    return {"file": "d.pt", "sha256": HASH, "size_bytes": 12}


def complete():
    """A manifest with every member that the library knows."""
    return {
        "schema_version": 1, "name": "test", "version": "0.1", "license": "MIT",
        "models": {
            "face_detector": entry("face.pt", threshold=0.4, largest_face=240),
            "segmenter": entry("segmenter.pt", variant="semantic"),
            "landmark_detector": entry("landmarks.pt", variant="heatmap", crop_scale=1.5,
                                       min_confidence=0.35, landmark_scheme=98,
                                       mirror_average=True),
            "gender_classifier": entry("gender.pt", class_names=["male", "female"],
                                       mirror_average=False),
            "inpainter_female": entry("female.pt", license="MIT", training_data="portraits",
                                      metrics={"psnr": 25.5, "faces": 3}),
            "inpainter_male": entry("..male.pt"),
            "inpainter_prior": entry("prior.pt", variant="prior"),
            "shape_model": entry("shapes.pt"),
        },
        "training_artefacts": {"discriminator_male": artifact()},
        "variants": {
            "ffhq": {
                "models": {"inpainter_female": entry("f.pt"), "inpainter_male": entry("m.pt")},
                "training_artefacts": {"discriminator_female": artifact()},
            },
        },
    }


MISSING = object()

# Values that must be refused, by the member, written as in the library's errors.
FAULTS = {
    "schema_version": [MISSING, 2, 0, -1, "1", 1.5, None, True],
    "name": [MISSING, "", 3],
    "version": [MISSING, "", None],
    "license": [MISSING, "", []],
    "models": [MISSING, [], {}, {"inpainter_cat": entry("cat.pt")}],
    "models.segmenter": [None, "segmenter.pt", []],
    "models.segmenter: file": [MISSING, "", 5, "../evil.pt", "/etc/passwd", "sub/model.pt", "..",
                               ".", "a\\b.pt", "./x.pt", "a\0.pt"],
    "models.segmenter: variant": [MISSING, "points", "", 1],
    "models.segmenter: threshold": [-0.1, 1.1, "0.5", None],
    "models.segmenter: landmark_scheme": [70, 5, "68"],
    "models.face_detector: sha256": [MISSING, 5, "a" * 63, "a" * 65, "A" * 64, "g" * 64],
    "models.face_detector: size_bytes": [MISSING, 0, -5, "12", 1.5, 2**64 - 1],
    "models.face_detector: input_size": [MISSING, 15, 8193, -1, None, True],
    "models.face_detector: largest_face": [3, 8193, "240"],
    "models.landmark_detector: variant": [MISSING, "semantic"],
    "models.landmark_detector: landmark_scheme": [MISSING, 70, 5, None],
    "models.landmark_detector: crop_scale": [MISSING, 0.1, 4.1, "1"],
    "models.landmark_detector: min_confidence": [1.5, -0.1, None],
    "models.landmark_detector: mirror_average": [1, "true"],
    "models.gender_classifier: mirror_average": [0, None],
    "models.gender_classifier: class_names": [MISSING, ["female"], ["female", "female"], "female",
                                              ["a", "b"], ["female", 1]],
    "models.inpainter_female: license": ["", 1],
    "models.inpainter_female: training_data": ["", []],
    "models.inpainter_female: metrics": [5, [1, 2], "good", {"psnr": "high"}, {"psnr": None}],
    "models.shape_model: input_size": [MISSING, 15, None],
    "models.inpainter_prior: variant": [MISSING, "ffhq", "", 1],
    "training_artefacts": [[], {}, {"optimizer": {"file": "d.pt"}}],
    "training_artefacts.discriminator_male": [1],
    "training_artefacts.discriminator_male: file": [MISSING, "a/b"],
    "training_artefacts.discriminator_male: sha256": [MISSING, "x"],
    "training_artefacts.discriminator_male: size_bytes": [MISSING, 0],
    "variants": [[], {"": {}}, {"a b": {}}, {"../a": {}}, {"a" * 65: {}}],
    "variants.ffhq": [1],
    "variants.ffhq: models": [MISSING, {}, {"inpainter_male": entry("m.pt")},
                              {"inpainter_male": entry("m.pt"), "segmenter": entry("s.pt"),
                               "inpainter_female": entry("f.pt")}],
    "variants.ffhq.models.inpainter_male: sha256": [MISSING, "x"],
    "variants.ffhq: training_artefacts": [{}, {"optimizer": {"file": "d.pt"}}],
    "variants.ffhq.training_artefacts.discriminator_female: sha256": [MISSING],
}

# Changes that must be accepted: (member, value).
HARMLESS = [
    ("schema_version", 1), ("comment", "text"), ("models.segmenter: comment", [1, 2, 3]),
    ("models.segmenter: variant", "instance"), ("models.segmenter: mirror_average", "unknown here"),
    ("models.segmenter: file", "..."), ("models.segmenter: size_bytes", 2**30),
    ("models.segmenter: input_size", 16), ("models.segmenter: input_size", 8192),
    ("models.segmenter: threshold", 0), ("models.segmenter: threshold", 1),
    ("models.segmenter: crop_scale", -1), ("models.segmenter: class_names", []),
    ("models.landmark_detector: landmark_scheme", 68), ("models.landmark_detector: crop_scale", 0.5),
    ("models.inpainter_female: variant", 5), ("models.inpainter_female: metrics", {}),
    ("variants", {}), ("variants", MISSING), ("training_artefacts", MISSING),
    ("models", {"inpainter_male": entry("male.pt")}),
]


def keys_of(place):
    return re.split(r"\.|: ", place)


def changed(place, value):
    manifest = copy.deepcopy(complete())
    *folders, last = keys_of(place)
    node = manifest
    for key in folders:
        node = node[key]
    if value is MISSING:
        node.pop(last)
    else:
        node[last] = value
    return manifest


class ManifestSchemaTest(unittest.TestCase):
    schema = library = work = None
    bundles = []

    def schema_places(self, manifest):
        """The keys that the schema refuses; for a missing member, the keys that are required."""
        places = []
        for error in jsonschema.Draft7Validator(self.schema).iter_errors(manifest):
            path = list(error.absolute_path)
            if error.validator == "required":
                places += [path + [key] for key in error.validator_value
                           if key not in error.instance]
            else:
                places.append(path)
        return places

    def library_error(self, manifest):
        """The library's error for a bundle with this manifest; "" if there is none."""
        (Path(self.work) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        bundle = c_void_p()
        status = self.library.demask_bundle_open(str(self.work).encode(), byref(bundle))
        self.library.demask_bundle_free(bundle)
        return "" if status == 0 else self.library.demask_last_error().decode()

    def refuses_manifest(self, error):
        """Whether an error is about the manifest, not about missing files."""
        return error.startswith(f"{Path(self.work) / 'manifest.json'}: ")

    def test_the_schema_is_valid(self):
        jsonschema.Draft7Validator.check_schema(self.schema)

    def test_bundles_of_the_project(self):
        self.assertTrue(self.bundles)
        for bundle in self.bundles:
            with self.subTest(bundle=bundle):
                text = (Path(bundle) / "manifest.json").read_text(encoding="utf-8")
                self.assertEqual(self.schema_places(json.loads(text)), [])

    def test_valid_manifests_are_accepted(self):
        for place, value in HARMLESS:
            with self.subTest(place=place, value=value):
                manifest = changed(place, value)
                self.assertEqual(self.schema_places(manifest), [])
                error = self.library_error(manifest)
                self.assertFalse(self.refuses_manifest(error), error)

    def test_invalid_manifests_are_refused(self):
        for place, values in FAULTS.items():
            for value in values:
                with self.subTest(place=place, value="missing" if value is MISSING else value):
                    manifest = changed(place, value)
                    keys = keys_of(place)
                    found = self.schema_places(manifest)
                    self.assertTrue(any(at[:len(keys)] == keys for at in found), found)
                    error = self.library_error(manifest)
                    self.assertTrue(self.refuses_manifest(error), error)
                    self.assertIn(f"manifest.json: {place}", error)


def load(path):
    library = ctypes.CDLL(path)
    library.demask_last_error.restype = c_char_p
    library.demask_bundle_open.argtypes = [c_char_p, POINTER(c_void_p)]
    library.demask_bundle_free.argtypes = [c_void_p]
    library.demask_bundle_free.restype = None
    return library


if __name__ == "__main__":
    ManifestSchemaTest.schema = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    ManifestSchemaTest.library = load(sys.argv[2])
    ManifestSchemaTest.work = Path(sys.argv[3])
    ManifestSchemaTest.work.mkdir(parents=True, exist_ok=True)
    ManifestSchemaTest.bundles = sys.argv[4:]
    unittest.main(argv=sys.argv[:1])
