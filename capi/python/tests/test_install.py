# SPDX-License-Identifier: Apache-2.0
"""The package alone, installed by pip into the prefix of an installed demask."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
INSTALLED = Path(os.environ["DEMASK_INSTALLED"])  # The prefix of an installed demask.
PHOTO = os.environ["DEMASK_PHOTO"]


class InstallTest(unittest.TestCase):
    def test_pip_install_finds_library_and_models_of_its_prefix(self):
        with tempfile.TemporaryDirectory(dir=INSTALLED.parent) as folder:
            prefix = Path(folder) / "prefix"
            shutil.copytree(INSTALLED, prefix, copy_function=os.link, symlinks=True)
            packages = prefix / "lib/python3/site-packages"
            subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target",
                 str(packages), str(SOURCE)], check=True,
                env={**os.environ, "DEMASK_PACKAGE_ONLY": "1"})
            self.assertTrue((packages / "demask/py.typed").exists())
            # The program of that name is the one in the prefix.
            self.assertFalse((packages / "bin").exists())
            environment = {name: value for name, value in os.environ.items()
                           if not name.startswith("DEMASK_")}
            environment["PYTHONPATH"] = str(packages)
            code = ("import demask, sys\n"
                    "reconstructor = demask.Reconstructor()\n"
                    "reconstructor.reconstruct_file(*sys.argv[1:])\n"
                    "print(demask.__file__, demask.load_library(), demask.Bundle().folder)")
            output = Path(folder) / "out.png"
            result = subprocess.run([sys.executable, "-c", code, PHOTO, str(output)],
                                    env=environment, capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue(output.exists())
            for path in result.stdout.split():
                self.assertTrue(path.startswith(str(prefix)), path)


if __name__ == "__main__":
    unittest.main()
