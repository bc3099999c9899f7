# SPDX-License-Identifier: Apache-2.0
"""Finding and loading the C library, each case in a new process."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import toy

LIBRARY = os.environ["DEMASK_LIBRARY"]
PACKAGE = Path(__file__).resolve().parent.parent
RECONSTRUCT = f"""
import demask
result = demask.Reconstructor({str(toy.BUNDLE)!r}).reconstruct(
    demask.read_image({str(toy.FOLDER / "masked.png")!r}))
assert result.faces[0].status == demask.FaceStatus.RECONSTRUCTED
"""


def run(code, package=PACKAGE, **environment):
    """Runs Python code without the variables of this process that name the library."""
    variables = {**os.environ, "PYTHONPATH": str(package), **environment}
    if "DEMASK_LIBRARY" not in environment:
        del variables["DEMASK_LIBRARY"]
    return subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True,
                          text=True, timeout=300, check=False)


def packages_with_the_same_libtorch():
    """Folder where `import torch` finds the torch that demask is linked with; None if there
    is none, empty if it is on the default path. Debian's python3-torch uses Debian's LibTorch."""
    listing = subprocess.run(["ldd", LIBRARY], capture_output=True, text=True, check=True).stdout
    file = Path(re.search(r"libtorch_cpu\S* => (\S+)", listing)[1])
    if re.match("(/usr)?/lib/", str(file)):
        return ""
    torch = file.parent.parent
    return str(torch.parent) if (torch / "__init__.py").exists() else None


class LibraryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, name, source="", *flags):
        path = self.folder / name
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(path),
                        f"-Wl,-soname,{name}", *flags], input=source, text=True, check=True)
        return path

    def assert_ends_well(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def assert_unavailable(self, result, *reasons):
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        for reason in ("LibraryUnavailableError", *reasons):
            self.assertIn(reason, result.stderr)

    def test_named_in_code_or_by_the_environment(self):
        self.assert_ends_well(run(f"import demask; demask.load_library({LIBRARY!r})" + RECONSTRUCT,
                                  DEMASK_LIBRARY="/nowhere"))
        self.assert_unavailable(run("import demask; demask.load_library()",
                                    DEMASK_LIBRARY="/nowhere"), "/nowhere", "unset DEMASK_LIBRARY")

    def test_beside_the_package_in_its_prefix_and_on_the_path_of_the_loader(self):
        for folder, environment in [("lib/python3/site-packages/demask", {}), ("lib", {}),
                                    ("elsewhere", {"LD_LIBRARY_PATH": "elsewhere"})]:
            with self.subTest(folder):
                prefix = Path(tempfile.mkdtemp(dir=self.folder))
                packages = prefix / "lib/python3/site-packages"
                shutil.copytree(PACKAGE / "demask", packages / "demask",
                                ignore=shutil.ignore_patterns("__pycache__"))
                (prefix / folder).mkdir(exist_ok=True)
                (prefix / folder / "libdemask_c.so.0").symlink_to(LIBRARY)
                variables = {name: str(prefix / value) for name, value in environment.items()}
                result = run("from demask._library import find_library; print(find_library())",
                             packages, **variables)
                self.assert_ends_well(result)
                self.assertEqual(Path(result.stdout.strip()),
                                 (prefix / folder / "libdemask_c.so.0"))

    def test_nowhere(self):
        # This machine may have demask installed, but not of that ABI.
        code = "from demask import _library as l; l.LIBRARY_NAME = 'libdemask_c.so.999'; l.library()"
        self.assert_unavailable(run(code), "libdemask_c.so.999: not found in",
                                str(PACKAGE / "demask"), "DEMASK_LIBRARY")

    def test_one_library_for_a_process(self):
        other = self.folder / "libdemask_c.so.0"
        other.write_bytes(b"")
        self.assert_unavailable(
            run(f"import demask; demask.library_version(); demask.load_library({str(other)!r})",
                DEMASK_LIBRARY=LIBRARY), str(other), "is in use")

    def test_what_is_no_library_of_demask_is_refused(self):
        broken = self.folder / "broken.so"
        broken.write_bytes(b"not a library")
        empty = self.compile("empty.so")
        for path, reason in [(broken, "does not load"), (empty, "lacks a function")]:
            self.assert_unavailable(run("import demask; demask.library_version()",
                                        DEMASK_LIBRARY=str(path)), str(path), reason)

    def test_a_library_of_another_abi_is_refused(self):
        names = run("from demask import _functions as f\n"
                    "print(*f.STATUS_FUNCTIONS, *f.PLAIN_FUNCTIONS, *f.FREE_FUNCTIONS)",
                    DEMASK_LIBRARY=LIBRARY).stdout.split()
        source = "".join(f"int demask_{name}(void) {{ return 7; }}" for name in names)
        other = self.compile("other_abi.so", source)
        self.assert_unavailable(run("import demask; demask.library_version()",
                                    DEMASK_LIBRARY=str(other)), "ABI version 7", "needs 0")


    def test_with_torch_of_another_libtorch(self):
        if packages_with_the_same_libtorch() == "":
            self.skipTest("this Python's torch has the LibTorch that demask was built with")
        self.assert_unavailable(run("import torch" + RECONSTRUCT, DEMASK_LIBRARY=LIBRARY),
                                "two LibTorchs in one process")

    def test_with_torch_of_the_same_libtorch(self):
        packages = packages_with_the_same_libtorch()
        if packages is None:
            self.skipTest("demask was built with a LibTorch that no torch for Python has")
        paths = os.pathsep.join([str(PACKAGE), packages] if packages else [str(PACKAGE)])
        for code in ("import torch" + RECONSTRUCT + "torch.zeros(3).sum()",
                     RECONSTRUCT + "import torch\ntorch.zeros(3).sum()"):
            self.assert_ends_well(run(code, paths, DEMASK_LIBRARY=LIBRARY))

    def test_another_torch_is_not_imported_afterwards(self):
        (self.folder / "torch/lib").mkdir(parents=True)
        (self.folder / "torch/__init__.py").write_text("print('imported')")
        self.compile("libtorch_cpu.so").rename(self.folder / "torch/lib/libtorch_cpu.so")
        code = (f"import sys; sys.path.insert(0, {str(self.folder)!r}); import demask\n"
                "demask.library_version()\nimport torch")
        self.assert_unavailable(run(code, DEMASK_LIBRARY=LIBRARY), "torch: cannot be imported",
                                str(self.folder), "separate process")

    def test_with_another_libtorch_in_the_process(self):
        """A torch that comes with its own LibTorch, as `import torch` would load it."""
        other = self.compile("libtorch_cpu.so", "int other_libtorch;")
        result = run(f"import ctypes; ctypes.CDLL({str(other)!r})" + RECONSTRUCT,
                     DEMASK_LIBRARY=LIBRARY)
        self.assert_unavailable(result, "two LibTorchs in one process", str(other),
                                "is linked with", "libtorch_cpu.so", "separate process")

    def test_threads_wait_passively_unless_the_environment_chooses(self):
        code = ("import os, demask; demask.load_library(); "
                "print(os.environ.get('OMP_WAIT_POLICY'))")
        plain = {name: value for name, value in os.environ.items()
                 if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
        for chosen, policy, after in (({}, "PASSIVE", "None"),
                                      ({"OMP_WAIT_POLICY": "active"}, "ACTIVE", "active")):
            # OpenMP prints its settings when it is loaded.
            result = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, timeout=300,
                check=False, env={**plain, **chosen, "PYTHONPATH": str(PACKAGE),
                                  "OMP_DISPLAY_ENV": "true"})
            self.assert_ends_well(result)
            self.assertIn(f"OMP_WAIT_POLICY = '{policy}'", result.stderr)
            self.assertEqual(result.stdout.strip(), after)


if __name__ == "__main__":
    unittest.main()
