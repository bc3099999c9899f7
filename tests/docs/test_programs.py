# SPDX-License-Identifier: Apache-2.0
"""Compiles the C and C++ programs in the README and the guides and runs them on the toy world.

    test_programs.py SOURCE TOY WORK CXX CC FLAGS LIBRARY_FOLDER...

Each is run in a folder with photo.jpg, and must write unmasked.jpg and mark it as synthetic.
"""

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from PIL import Image

from markdown_blocks import find_blocks

MOUTH = (64, 110)
MARK = b"compositeWithTrainedAlgorithmicMedia"


class ProgramsTest(unittest.TestCase):
    source = toy = work = None
    compilers = {}
    flags = []
    libraries = []

    def setUp(self):
        self.folder = Path(self.work) / self.id().split(".")[-1]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        with Image.open(Path(self.toy) / "masked.png") as photo:
            photo.save(self.folder / "photo.jpg", quality=95)

    def run_program(self, guide, language, header, library, standard):
        """The only program in a guide that includes the header."""
        blocks = [block for block in find_blocks(Path(self.source) / guide)
                  if block.language == language and re.search(r"\bmain\(", block.code)
                  and f"#include <{header}>" in block.code]
        self.assertEqual(len(blocks), 1)
        program = self.folder / "program"
        code = self.folder / f"program.{language}"
        code.write_text(blocks[0].code, encoding="utf-8")
        folders = [option for folder in self.libraries
                   for option in (f"-L{folder}", f"-Wl,-rpath,{folder}")]
        self.run_command([self.compilers[language], f"-std={standard}", "-Wall", "-Wextra", "-Werror",
                          *self.flags, code, "-o", program, "-I", Path(self.source) / "include",
                          "-I", Path(self.source) / "capi", *folders, f"-l{library}"])
        self.run_command([program])
        with Image.open(self.folder / "unmasked.jpg") as painted:
            red, green, _ = painted.getpixel(MOUTH)
        self.assertGreater(green, red)  # The mask is red, the painted face green.
        self.assertIn(MARK, (self.folder / "unmasked.jpg").read_bytes())

    def run_command(self, command):
        result = subprocess.run(
            list(map(str, command)), cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, "DEMASK_MODELS": str(Path(self.toy) / "bundle")})
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_cpp_of_the_readme(self):
        self.run_program("README.md", "cpp", "demask/demask.hpp", "demask", "c++17")

    def test_c(self):
        self.run_program("docs/c-abi.md", "c", "demask.h", "demask_c", "c99")

    def test_cpp_over_c(self):
        self.run_program("docs/c-abi.md", "cpp", "demask_capi.hpp", "demask_c", "c++11")


if __name__ == "__main__":
    ProgramsTest.source, ProgramsTest.toy, ProgramsTest.work = sys.argv[1:4]
    ProgramsTest.compilers = {"cpp": sys.argv[4], "c": sys.argv[5]}
    ProgramsTest.flags = sys.argv[6].split()
    ProgramsTest.libraries = sys.argv[7:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
