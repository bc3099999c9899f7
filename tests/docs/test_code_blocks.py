# SPDX-License-Identifier: Apache-2.0
"""Tests of the scripts that check code blocks and links."""

import sys
import tempfile
import unittest
from pathlib import Path

from check_links import problems_of
from markdown_blocks import Block, find_blocks, find_header_blocks
from shell_blocks import ShellChecker

SOURCE = Path(__file__).resolve().parents[2]


def blocks_of(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "guide.md")
        file.write_text(text, encoding="utf-8")
        return [(block.line, block.language, block.code) for block in find_blocks(file)]


class Blocks(unittest.TestCase):
    def test_fenced_and_indented(self):
        self.assertEqual(
            blocks_of("Text\n\n```cpp\nint a;\n```\n\n    ls -l\n\n    pwd\n\nEnd\n"),
            [(4, "cpp", "int a;\n"), (7, "sh", "ls -l\n\npwd\n")])

    def test_lists_are_not_code(self):
        self.assertEqual(blocks_of("- an item\n\n    of two paragraphs\n"), [])

    def test_code_in_lists(self):
        self.assertEqual(
            blocks_of("- an item\n  of two lines\n\n      ls\n\n  - inner\n\n        pwd\n\n"
                      "  text\n\n      cd\n- last\n\nText\n\n    true\n"),
            [(4, "sh", "ls\n"), (8, "sh", "pwd\n"), (12, "sh", "cd\n"), (17, "sh", "true\n")])

    def test_a_block_has_an_end(self):
        with self.assertRaises(ValueError):
            blocks_of("```sh\nls\n")


class Headers(unittest.TestCase):
    def blocks_of(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, name)
            file.write_text(text, encoding="utf-8")
            return [(block.line, block.language, block.code) for block in find_header_blocks(file)]

    def test_examples_of_both_languages(self):
        self.assertEqual(
            self.blocks_of("a.hpp", "/// Text\n///\n/// @code\n/// int a;\n///   a = 1;\n///\n"
                                    "/// @endcode\nint b;\n"),
            [(4, "cpp", "int a;\n  a = 1;\n\n")])
        self.assertEqual(
            self.blocks_of("a.h", "/**\n * @code{.c}\n * int* a;\n * @endcode\n */\n"),
            [(3, "c", "int* a;\n")])

    def test_code_outside_comments_is_not_an_example(self):
        self.assertEqual(self.blocks_of("a.hpp", "/// Text\nint a;\n"), [])

    def test_an_example_has_an_end(self):
        with self.assertRaises(ValueError):
            self.blocks_of("a.hpp", "/// @code\n/// int a;\n")


class Links(unittest.TestCase):
    def problems(self, text):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "guide.md")
            file.write_text(text, encoding="utf-8")
            return len(problems_of(file))

    def test_good_links(self):
        self.assertEqual(self.problems("# A b\n[here](#a-b), [self](guide.md#a-b), [far](https://a.b/c)\n"
                                       "[one][1] and `values[0][2]`\n\n[1]: https://a.b/c\n"), 0)

    def test_broken_links(self):
        for text in ("[a](missing.md)\n", "[a](#missing)\n", "[a](guide.md#missing)\n",
                     "[a][1]\n", "[1]: https://a.b\n", "![](guide.md)\n",
                     "[a][1]\n\n[1]: https://a.b\n[1]: https://a.c\n"):
            with self.subTest(text=text):
                self.assertEqual(self.problems(text), 1)


class Shell(unittest.TestCase):
    def problems(self, code):
        checker = ShellChecker(SOURCE, {Path(sys.executable).name: sys.executable})
        return checker.problems(Block(Path("guide.md"), 1, "sh", code))

    def test_good_commands(self):
        self.assertEqual(self.problems("tests/run.sh --torch pip  # all\nls | wc -l\n"), [])
        self.assertEqual(self.problems("cmake -S . -B build \\\n  -DDEMASK_WERROR=ON\n"), [])

    def test_bad_commands(self):
        for code in ("ls (\n", "tests/missing.sh\n", "tests/run.sh --unknown\n",
                     "cmake -DDEMASK_UNKNOWN=ON\n",
                     f"{Path(sys.executable).name} --unknown-option\n"):
            with self.subTest(code=code):
                self.assertNotEqual(self.problems(code), [])


if __name__ == "__main__":
    unittest.main()
