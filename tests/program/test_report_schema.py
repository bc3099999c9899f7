# SPDX-License-Identifier: Apache-2.0
"""Checks reports of demask reconstruct against docs/report.schema.json."""

import json
import pathlib
import re

from PIL import Image

from program_test import ProgramTest, Settings, reconstruct, run_tests

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}
ANNOTATIONS = {"$schema", "title", "description", "definitions"}


class Schema:
    """The part of JSON Schema draft-07 that the report's schema uses.

    A $ref applies along with its sibling keywords, which are only annotations. An unknown keyword
    is an error, so that none is ignored.
    """

    def __init__(self, document):
        self.document = document
        self.checks = {
            "$ref": lambda rule, value, at: self.errors(self.resolve(rule), value, at),
            "type": self.check_type,
            "enum": lambda rule, value, at: [] if value in rule else [f"{at}: not in {rule}"],
            "oneOf": self.check_one_of,
            "minimum": lambda rule, value, at: [f"{at}: below {rule}"] if value < rule else [],
            "maximum": lambda rule, value, at: [f"{at}: above {rule}"] if value > rule else [],
            "minLength": self.check_min_length,
            "pattern": lambda rule, value, at:
                [] if re.search(rule, value) else [f"{at}: does not match {rule}"],
            "minItems": lambda rule, value, at: [f"{at}: too short"] if len(value) < rule else [],
            "maxItems": lambda rule, value, at: [f"{at}: too long"] if len(value) > rule else [],
            "items": lambda rule, value, at:
                [e for i, v in enumerate(value) for e in self.errors(rule, v, f"{at}[{i}]")],
            "required": lambda rule, value, at:
                [f"{at}: lacks {key}" for key in rule if key not in value],
        }

    def resolve(self, reference):
        node = self.document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        return node

    def errors(self, schema, value, at="report"):
        if isinstance(schema, bool):
            return [] if schema else [f"{at}: is not allowed"]
        found = self.check_type(schema["type"], value, at) if "type" in schema else []
        if found:
            return found
        for keyword, rule in schema.items():
            if keyword in ("properties", "additionalProperties"):
                continue
            if keyword not in ANNOTATIONS:
                found += self.checks[keyword](rule, value, at)
        if "properties" in schema or "additionalProperties" in schema:
            found += self.check_properties(schema, value, at)
        return found

    def check_type(self, rule, value, at):
        names = rule if isinstance(rule, list) else [rule]
        return [] if any(TYPES[name](value) for name in names) else [f"{at}: is no {rule}"]

    def check_min_length(self, rule, value, at):
        return [f"{at}: too short"] if isinstance(value, str) and len(value) < rule else []

    def check_one_of(self, rule, value, at):
        fitting = [schema for schema in rule if not self.errors(schema, value, at)]
        return [] if len(fitting) == 1 else [f"{at}: fits {len(fitting)} of the alternatives"]

    def check_properties(self, schema, value, at):
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        found = []
        for key, member in value.items():
            found += self.errors(known.get(key, others), member, f"{at}.{key}")
        return found


class ReportTest(ProgramTest):
    def setUp(self):
        super().setUp()
        text = pathlib.Path(Settings.others[0]).read_text()
        self.schema = Schema(json.loads(text))

    def assert_valid(self, report):
        self.assertEqual(self.schema.errors(self.schema.document, report), [])

    def make_report(self, *arguments, code=0):
        path = self.folder / "report.json"
        self.assert_exit(reconstruct(*arguments, "--json", path), code)
        report = json.loads(path.read_text())
        self.assert_valid(report)
        return report

    def test_a_report_of_a_masked_photo(self):
        report = self.make_report(self.photo, "-o", self.folder / "out.png", "--both", "--panel",
                                  self.folder / "panel.png")
        photo = report["photos"][0]
        self.assertEqual(photo["output"], str(self.folder / "out.png"))
        self.assertEqual(photo["panel"], str(self.folder / "panel.png"))
        faces = [face for face in photo["faces"] if face["status"] == "reconstructed"]
        self.assertTrue(faces)
        for face in faces:
            self.assertIn(len(face["landmarks"]), (68, 98))
            self.assertEqual(len(face["landmarks"]), len(face["landmark_confidence"]))
            self.assertGreater(face["ms"]["inpaint"], 0)
            with Image.open(self.folder / face["mask_file"]) as mask:
                self.assertEqual(mask.size, (photo["width"], photo["height"]))
                self.assertLessEqual(set(mask.getdata()), {0, 255})
            for key in ("aligned_before_file", "aligned_mask_file", "aligned_after_file"):
                with Image.open(self.folder / face[key]) as picture:
                    self.assertEqual(picture.width, picture.height)
                    self.assertIn(picture.width, (128, 192, 256, 384, 512))

    def test_the_change_stays_inside_the_masks(self):
        report = self.make_report(self.photo, "-o", self.folder / "out.png")
        with Image.open(self.photo) as before, Image.open(self.folder / "out.png") as after:
            pairs = zip(before.convert("RGB").getdata(), after.convert("RGB").getdata())
            changed = [a != b for a, b in pairs]
        covered = [False] * len(changed)
        for face in report["photos"][0]["faces"]:
            if face["mask_file"]:
                with Image.open(self.folder / face["mask_file"]) as mask:
                    covered = [c or m > 0 for c, m in zip(covered, mask.getdata())]
        self.assertFalse(any(c and not m for c, m in zip(changed, covered)))

    def test_a_report_of_failures(self):
        bare = self.make_bare_photo(self.folder / "bare.png")
        report = self.make_report(bare, self.folder / "missing.png", "-o", self.folder / "out",
                                  code=1)
        done, failed = report["photos"]
        self.assertEqual(done["faces"], [])
        self.assertIsNone(done["error"])
        self.assertIsNone(failed["output"])
        self.assertEqual(failed["error"]["code"], "unreadable_file")

    def test_faces_that_are_left_alone(self):
        report = self.make_report(self.photo, "-o", self.folder / "out.png", "--min-face", "9999")
        for face in report["photos"][0]["faces"]:
            self.assertEqual(face["status"], "too_small")
            self.assertRegex(face["reason"], "pixels, below the smallest size of ")
            self.assertIsNone(face["mask_file"])

    def test_the_checker_finds_faults(self):
        report = self.make_report(self.photo, "-o", self.folder / "out.png")
        faults = [
            lambda r: r.pop("version"),
            lambda r: r.update(more=1),
            lambda r: r["photos"][0].update(input=""),
            lambda r: r["photos"][0].update(error={"code": "other", "message": "m"}),
            lambda r: r["photos"][0]["faces"][0].update(status="other"),
            lambda r: r["photos"][0]["faces"][0].update(score=2),
            lambda r: r["photos"][0]["faces"][0]["box"].pop(),
            lambda r: r["photos"][0]["faces"][0]["ms"].pop("detect"),
            lambda r: r["bundle"]["models"][0].update(sha256="x"),
        ]
        for number, fault in enumerate(faults):
            with self.subTest(fault=number):
                damaged = json.loads(json.dumps(report))
                fault(damaged)
                self.assertTrue(self.schema.errors(self.schema.document, damaged))


if __name__ == "__main__":
    run_tests()
