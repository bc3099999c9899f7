# SPDX-License-Identifier: Apache-2.0
"""demask-export: which folders it writes to, and what is left if writing fails."""

import os
import unittest
from unittest import mock

from export_support import GENDER, ExportTest, Gender, Paint


class Folders(ExportTest):
    def setUp(self):
        super().setUp()
        self.add("gender_classifier", Gender(), **GENDER)

    def test_an_empty_folder_is_used(self):
        self.out.mkdir()
        self.export()
        self.assertEqual(sorted(os.listdir(self.out)), ["gender_classifier.onnx", "manifest.json"])

    def test_an_earlier_export_is_replaced(self):
        self.add("inpainter_male", Paint())
        self.export()
        manifest = self.export("--without", "gender_classifier")
        self.assertEqual(list(manifest["models"]), ["inpainter_male"])
        self.assertEqual(sorted(os.listdir(self.out)), ["inpainter_male.onnx", "manifest.json"])
        self.assertEqual(sorted(os.listdir(self.folder)), ["bundle", "onnx"])

    def test_foreign_folders_are_refused(self):
        self.export()
        (self.out / "thesis.txt").write_text("years of work")
        self.assertIn("it holds files that are not of an export, such as thesis.txt; name a new "
                      "folder", self.refused())
        for text in ("{}", "[", '{"format": "onnx"}', '{"format": "onnx", "models": {"x": 1}}'):
            self.out = self.folder / "other"
            self.out.mkdir(exist_ok=True)
            (self.out / "manifest.json").write_text(text)
            self.assertIn("such as manifest.json", self.refused())
        self.out = self.bundle
        self.assertIn("it holds files that are not of an export", self.refused())

    def test_a_file_is_refused(self):
        self.out.write_text("x")
        self.assertIn("onnx: it is not a folder; name another one", self.refused())

    def test_a_missing_parent_is_refused(self):
        self.out = self.folder / "absent" / "onnx"
        self.assertIn("onnx: No such file or directory; choose a writable folder", self.refused())

    def test_a_full_disk_leaves_nothing(self):
        with mock.patch("os.fsync", side_effect=OSError(28, "No space left on device")):
            self.assertIn("onnx: No space left on device; choose a writable folder",
                          self.refused())
        self.export()
        with mock.patch("os.fsync", side_effect=OSError(28, "No space left on device")):
            self.refused()

    def test_files_are_synced_before_they_get_their_names(self):
        calls = []
        sync, rename = os.fsync, os.rename

        def synced(descriptor):
            calls.append("sync")
            return sync(descriptor)

        def renamed(first, second):
            calls.append("rename")
            return rename(first, second)

        with mock.patch("os.fsync", synced), mock.patch("os.rename", renamed):
            self.export()
        # The network, the manifest and their folder; then the folder around the new name.
        self.assertEqual(calls, ["sync", "sync", "sync", "rename", "sync"])


if __name__ == "__main__":
    unittest.main()
