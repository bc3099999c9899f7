#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the Python and C# programs in the guides on photos of the toy world.

    test_guides.py SOURCE TOY WORK MCS MONO DEMASK_DLL

Each block is a separate program, run in a folder with photo.jpg, other.jpg and models/default.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from PIL import Image

from markdown_blocks import find_blocks


class GuidesTest(unittest.TestCase):
    source = toy = work = mcs = mono = assembly = None

    def setUp(self):
        self.folder = pathlib.Path(self.work) / self.id().split(".")[-1]
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "models").mkdir(parents=True)
        (self.folder / "models/default").symlink_to(pathlib.Path(self.toy) / "bundle")
        for target, photo in [("photo.jpg", "masked.png"), ("other.jpg", "male.png")]:
            with Image.open(pathlib.Path(self.toy) / photo) as image:
                image.save(self.folder / target, quality=95)

    def blocks(self, guide, language):
        found = [block for block in find_blocks(pathlib.Path(self.source) / "docs" / guide)
                 if block.language == language]
        self.assertTrue(found)
        return found

    def run_command(self, *command, block):
        result = subprocess.run(
            list(map(str, command)), cwd=self.folder, capture_output=True, text=True, timeout=120,
            env={**os.environ, "DEMASK_MODELS": str(self.folder / "models/default")}, check=False)
        self.assertEqual(result.returncode, 0, f"{block}: {result.stdout}{result.stderr}")
        return result.stdout

    def test_python(self):
        printed = ""
        for block in self.blocks("python.md", "python"):
            (self.folder / "block.py").write_text(block.code)
            printed += self.run_command(sys.executable, "block.py", block=block)
        self.assertIn("RECONSTRUCTED Box(", printed)
        self.assertTrue((self.folder / "unmasked.jpg").exists())

    def test_csharp(self):
        shutil.copy(self.assembly, self.folder)
        for block in self.blocks("csharp.md", "csharp"):
            (self.folder / "unmasked.jpg").unlink(missing_ok=True)
            (self.folder / "Program.cs").write_text(block.code)
            self.run_command(self.mcs, "-warnaserror", "-r:Demask.dll", "-r:System.Drawing",
                             "-out:Program.exe", "Program.cs", block=block)
            self.run_command(self.mono, "Program.exe", block=block)
            self.assertTrue((self.folder / "unmasked.jpg").exists(), block)


if __name__ == "__main__":
    (GuidesTest.source, GuidesTest.toy, GuidesTest.work, GuidesTest.mcs, GuidesTest.mono,
     GuidesTest.assembly) = sys.argv[1:7]
    unittest.main(argv=sys.argv[:1], verbosity=2)
