# SPDX-License-Identifier: Apache-2.0
"""The examples in the docstrings of the package, run by doctest in a folder with photo.png.

The environment variable DEMASK_EXAMPLE_PHOTO names the photo, and DEMASK_MODELS may name the bundle.
"""

import doctest
import importlib
import os
import pkgutil
import tempfile
import unittest

import demask

PHOTO = demask.read_image(os.environ["DEMASK_EXAMPLE_PHOTO"])
MODULES = [demask.__name__] + [
    f"demask.{module.name}" for module in pkgutil.iter_modules(demask.__path__)
    if module.name != "__main__"]


class DocstringsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        demask.write_image("photo.png", PHOTO)

    def test_examples(self):
        attempted = 0
        for name in MODULES:
            with self.subTest(name):
                results = doctest.testmod(importlib.import_module(name), verbose=False,
                                          extraglobs={"demask": demask})
                self.assertEqual(results.failed, 0)
                attempted += results.attempted
        self.assertGreater(attempted, 30)


if __name__ == "__main__":
    unittest.main()
