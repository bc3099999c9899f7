# SPDX-License-Identifier: Apache-2.0
"""The installed wheel, run in its virtual environment by tests/wheel.sh.

Environment variables: DEMASK_WHEEL names the wheel's file, DEMASK_PHOTO a photo of a masked face.
"""

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import unittest
import zipfile
from pathlib import Path

import demask

WHEEL = os.environ["DEMASK_WHEEL"]
PHOTO = os.environ["DEMASK_PHOTO"]
PACKAGE = Path(demask.__file__).resolve().parent
RECONSTRUCT = """
result = demask.Reconstructor().reconstruct(os.environ["DEMASK_PHOTO"])
assert result.is_reconstructed
"""
# What every Linux with Python has: the C and C++ runtimes, and the libraries of Debian's Python.
OF_THE_SYSTEM = re.compile(
    r"/(ld-linux|lib(c|m|dl|rt|pthread|util|stdc\+\+|gcc_s|z|expat|ffi|crypto|ssl|lzma|bz2|uuid|b2)"
    r"[-.])|/lib/python3")
USER_SCRIPT = """
import logging
from pathlib import Path

import numpy as np
from PIL import Image

import demask

logging.basicConfig(level=logging.INFO)


def unmask(folder: Path) -> list[demask.Result]:
    results = []
    with demask.Reconstructor() as reconstructor, demask.ProgressBar() as bar:
        options = demask.ReconstructOptions(quality=demask.Quality.FAST, progress=bar)
        for path in folder.glob("*.jpg"):
            results.append(reconstructor.reconstruct(path, options))
        results.append(reconstructor.reconstruct(Image.open("photo.png")))
        results.append(reconstructor.reconstruct(np.zeros((90, 90, 3), np.uint8)))
    for index, result in enumerate(results):
        picture: Image.Image = result.to_pil()
        picture.save(f"{index}.png")
        png: bytes = result._repr_png_()
        Path(f"panel{index}.png").write_bytes(png)
        result.save(folder / f"{index}.jpg", source=Path("photo.png"))
    return results


boxes: list[demask.Box] = [face.box for result in unmask(Path(".")) for face in result.faces]
"""
WRONG_SCRIPT = """
import demask

demask.Reconstructor().reconstruct(5)
width: str = demask.Reconstructor().reconstruct("photo.png").faces[0].box.width
"""


class WheelTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_command(self, *command, code=0, **environment):
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
                                env={**os.environ, **environment}, cwd=self.folder)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stdout

    def test_contents(self):
        with zipfile.ZipFile(WHEEL) as archive:
            names = archive.namelist()
        libraries = [name for name in names if re.search(r"\.so\b", name)]
        self.assertIn("demask/libdemask_c.so.0", libraries)
        for stranger in ("torch", "c10", "gomp", "opencv"):
            self.assertFalse([name for name in libraries if stranger in Path(name).name], libraries)
        for file in ("demask/py.typed", "demask/share/demask/models/default/manifest.json",
                     "demask/share/demask/models/default/MODEL_CARD.md",
                     "demask/share/licenses/LICENSE", "demask/share/licenses/NOTICE",
                     "demask/share/licenses/opencv/LICENSE",
                     "demask/share/licenses/opencv/libjpeg-turbo-LICENSE.md",
                     "demask/share/licenses/libwebp7.txt"):
            self.assertIn(file, names)
        self.assertFalse([name for name in names if "discriminator" in name])
        self.assertRegex(Path(WHEEL).name,
                         r"^demask-[0-9.]+-py3-none-manylinux_2_[0-9]+_x86_64\.whl$")

    def test_library_and_models_are_those_of_the_wheel(self):
        self.assertEqual(Path(demask.load_library()), PACKAGE / "libdemask_c.so.0")
        with demask.Bundle() as bundle:
            self.assertEqual(Path(bundle.folder), PACKAGE / "share/demask/models/default")
            bundle.verify()
        self.assertIn("without Exiv2", demask.build_info())

    def test_only_libraries_of_the_environment_are_loaded(self):
        maps = self.run_command(sys.executable, "-c", "import os, demask" + RECONSTRUCT +
                                "print(open('/proc/self/maps').read())")
        loaded = set(re.findall(r"(/\S+\.so\b\S*)$", maps, re.MULTILINE))
        self.assertIn(str(PACKAGE / "libdemask_c.so.0"), loaded)
        strangers = {file for file in loaded
                     if not file.startswith(sys.prefix) and not OF_THE_SYSTEM.search(file)}
        self.assertEqual(strangers, set())

    def test_together_with_torch_in_either_order(self):
        uses_torch = "\nassert torch.ones(3).sum() == 3\n"
        for code in ("import os, torch, demask" + RECONSTRUCT + uses_torch,
                     "import os, demask" + RECONSTRUCT + "import torch" + uses_torch):
            self.run_command(sys.executable, "-c", code)

    def test_torch_in_another_folder(self):
        packages = self.folder / "packages"
        self.run_command(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target",
                         packages, WHEEL)
        for first in ("", "import torch\n"):
            self.run_command(
                sys.executable, "-c", first + "import os, demask\n"
                f"assert demask.__file__.startswith({str(packages)!r})" + RECONSTRUCT +
                "import torch", PYTHONPATH=str(packages))

    def test_another_torch_is_named_as_the_reason(self):
        packages = self.folder / "packages"
        self.run_command(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target",
                         packages, WHEEL)
        (packages / "torch/lib").mkdir(parents=True)
        (packages / "torch/lib/libtorch_cpu.so").write_bytes(b"of another version")
        result = subprocess.run(
            [sys.executable, "-c", "import demask; demask.load_library()"], capture_output=True,
            text=True, check=False, env={**os.environ, "PYTHONPATH": str(packages)})
        self.assertEqual(result.returncode, 1)
        self.assertIn("pip install 'torch==2.13.*'", result.stderr)

    def test_the_program(self):
        photo = self.folder / "photo.jpg"
        photo.write_bytes(Path(PHOTO).read_bytes())
        script = Path(sysconfig.get_path("scripts")) / "demask"
        for command, target in [
                ([sys.executable, "-m", "demask", "photo.jpg"], "photo_unmasked.jpg"),
                ([script, "reconstruct", "photo.jpg", "-o", "out.png", "--panel", "panel.png"],
                 "out.png")]:
            self.assertIn("1 face painted", self.run_command(*command))
            self.assertTrue(demask.is_marked_as_synthetic(self.folder / target))
        self.assertTrue((self.folder / "panel.png").exists())
        self.assertIn(demask.library_version(), self.run_command(script, "--version"))

    def test_types(self):
        for code, ends in [(USER_SCRIPT, 0), (WRONG_SCRIPT, 1)]:
            script = self.folder / "script.py"
            script.write_text(code)
            printed = self.run_command(sys.executable, "-m", "mypy", "--strict", script, code=ends)
            if ends:
                self.assertIn("Found 2 errors", printed)

    def test_the_script_runs(self):
        (self.folder / "script.py").write_text(USER_SCRIPT)
        (self.folder / "photo.jpg").write_bytes(Path(PHOTO).read_bytes())
        demask.write_image(self.folder / "photo.png", demask.read_image(PHOTO))
        self.run_command(sys.executable, "script.py")
        self.assertTrue((self.folder / "panel2.png").exists())


if __name__ == "__main__":
    unittest.main()
