#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the check that source files name their license."""

import subprocess
import sys
import unittest
from pathlib import Path

from check_spdx import EXEMPT, IDENTIFIER, ROOT, comment_mark, has_line, source_files, with_line


class SpdxTest(unittest.TestCase):
    def test_which_files_are_sources(self):
        for name, mark in [("src/core/image.cpp", "//"), ("capi/demask.h", "//"), ("a/b.cs", "//"),
                           ("src/CMakeLists.txt", "#"), ("tests/run.sh", "#"), ("a/b.py", "#"),
                           (".ci/run", "#"), ("README.md", ""), ("models/default/segmenter.pt", ""),
                           ("tests/abi/first/demask.h", "")]:
            with self.subTest(name=name):
                self.assertEqual(comment_mark(name), mark)

    def test_the_line_is_first_or_below_the_interpreter(self):
        self.assertEqual(with_line("#pragma once\n", "//"), f"// {IDENTIFIER}\n#pragma once\n")
        self.assertEqual(with_line("# What it is.\n", "#"), f"# {IDENTIFIER}\n# What it is.\n")
        self.assertEqual(with_line("#!/bin/sh\nls\n", "#"), f"#!/bin/sh\n# {IDENTIFIER}\nls\n")
        self.assertEqual(with_line("", "#"), f"# {IDENTIFIER}\n")
        self.assertEqual(with_line("// What it is.\n", "//"),
                         f"// {IDENTIFIER}\n\n// What it is.\n")
        for text, mark in [("int a;\n", "//"), ("#!/bin/sh\nls\n", "#"), ("", "//"), ("#!x", "#")]:
            with self.subTest(text=text):
                self.assertFalse(has_line(text, mark))
                self.assertTrue(has_line(with_line(text, mark), mark))

    def test_empty_lines_below_the_line_are_removed_except_before_a_comment(self):
        for code in ["#pragma once\n", "int a;\n", ""]:
            with self.subTest(code=code):
                right = f"// {IDENTIFIER}\n{code}"
                self.assertEqual(with_line(right, "//"), right)
                self.assertEqual(with_line(f"// {IDENTIFIER}\n\n{code}", "//"), right)
        apart = f"// {IDENTIFIER}\n\n/// @file\n"
        self.assertEqual(with_line(apart, "//"), apart)
        kept = f"# {IDENTIFIER}\n\nset(A 1)\n"
        self.assertEqual(with_line(kept, "#"), kept)

    def test_another_license_or_place_does_not_count(self):
        self.assertFalse(has_line("// SPDX-License-Identifier: MIT\n", "//"))
        self.assertFalse(has_line(f"\n// {IDENTIFIER}\n", "//"))
        self.assertFalse(has_line(f"# {IDENTIFIER}\n", "//"))

    def test_the_tree_is_searched_and_a_build_is_not(self):
        names = source_files()
        self.assertIn("include/demask/demask.hpp", names)
        self.assertIn("CMakeLists.txt", names)
        self.assertEqual([name for name in names if name.startswith("build")], [])
        self.assertFalse(EXEMPT & set(names))

    def test_the_exit_code(self):
        script = Path(__file__).parent / "check_spdx.py"
        for file, code in [(script, 0), (ROOT / "README.md", 0)]:
            run = subprocess.run([sys.executable, script, file], capture_output=True, check=False)
            self.assertEqual(run.returncode, code)


if __name__ == "__main__":
    unittest.main()
