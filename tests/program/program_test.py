# SPDX-License-Identifier: Apache-2.0
"""Helpers of the tests of the program: running it, and reading the files it writes."""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from PIL import Image

DIGITAL_SOURCE_TYPE = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)
# What demask::synthetic_xmp_packet() returns.
SYNTHETIC_XMP_PACKET = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
   Iptc4xmpExt:DigitalSourceType="{DIGITAL_SOURCE_TYPE}"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


class Settings:
    """Paths from the command line: program, bundle, masked photo and a work folder."""

    program = bundle = photo = work = None
    others = []


def run_tests():
    Settings.program, Settings.bundle, Settings.photo, Settings.work = sys.argv[1:5]
    Settings.others = sys.argv[5:]
    unittest.main(argv=sys.argv[:1], verbosity=2)


def reconstruct(*arguments, models=None):
    """Runs `demask reconstruct` with the test bundle."""
    return demask("reconstruct", *arguments, "--models", models or Settings.bundle)


def demask(*arguments):
    command = [Settings.program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def metadata(path):
    """All tags of a file by group and name, with numbers as stored."""
    output = subprocess.run(
        ["exiftool", "-json", "-G1", "-n", str(path)], capture_output=True, text=True, check=True
    ).stdout
    return json.loads(output)[0]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(Settings.work) / self.id().split(".")[-1]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.photo = pathlib.Path(Settings.photo)

    def assert_exit(self, result, code):
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)

    def files(self, folder):
        return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())

    def make_bare_photo(self, path):
        """A photo without any face."""
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(path)
        return path

    def make_camera_photo(self, path, *tags):
        """The masked photo as a camera might write it: JPEG with tags."""
        with Image.open(self.photo) as photo:
            photo.convert("RGB").save(path, quality=95)
        subprocess.run(
            ["exiftool", "-q", "-overwrite_original", *tags, str(path)], check=True, timeout=60
        )
        return path
