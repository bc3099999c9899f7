# SPDX-License-Identifier: Apache-2.0
"""Kills the demask program in the middle of a folder and resumes with another run."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from PIL import Image

from program_test import ProgramTest, Settings, metadata, reconstruct, run_tests


class Resume(ProgramTest):
    # Relative to the output folder: the outputs for a folder of photos and for a single photo.
    names = [*(f"in/{index}.png" for index in range(7)), "last.png"]

    def setUp(self):
        super().setUp()
        self.photos = self.folder / "in"
        self.photos.mkdir()
        self.last = self.folder / self.names[-1]
        for name in self.names:
            shutil.copy(self.photo, self.folder / name)
        self.out = self.folder / "out"

    def arguments(self, *more):
        return [self.photos, self.last, "-o", self.out, *more]

    def kill_after(self, finished, *more):
        """Starts a run, kills it once there are `finished` outputs, and returns them.

        The last photo is a pipe that nothing is written to, so the run cannot end before that.
        """
        self.last.unlink()
        os.mkfifo(self.last)
        with subprocess.Popen(
                [Settings.program, "reconstruct", *map(str, self.arguments(*more)), "--models",
                 Settings.bundle], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while len(self.outputs()) < finished and process.poll() is None:
                time.sleep(0.002)
            process.kill()
        self.assertEqual(process.returncode, -signal.SIGKILL)
        self.last.unlink()
        shutil.copy(self.photo, self.last)
        done = self.outputs()
        self.assertGreaterEqual(len(done), finished)
        self.assertLess(len(done), len(self.names))
        self.assert_readable(done)
        return done

    def outputs(self):
        """The finished outputs, each with values that would change if it were written again."""
        return {name: (status.st_ino, status.st_mtime_ns) for name in self.files(self.out)
                if not pathlib.Path(name).name.startswith(".")
                for status in [(self.out / name).stat()]}

    def assert_readable(self, names):
        for name in names:
            with Image.open(self.out / name) as picture:
                picture.load()
            self.assertIn("XMP-iptcExt:DigitalSourceType", metadata(self.out / name))

    def assert_whole(self, done):
        """Checks that all outputs exist, none is partial, and `done` were not written again."""
        self.assertEqual(self.files(self.out), self.names)
        self.assert_readable(self.names)
        after = self.outputs()
        self.assertEqual({name: after[name] for name in done}, done)
        return after

    def test_runs_that_are_killed_are_resumed(self):
        done = {}
        for finished in (1, 3):
            after = self.kill_after(finished, "--resume")
            self.assertEqual({name: after[name] for name in done}, done)
            done = after
        # A partial file, as left by a run that is killed while writing.
        (self.out / f".{self.last.name}.0123abcd.partial").write_bytes(b"half")
        for _ in range(2):  # Once everything is done, nothing is done again.
            self.assert_exit(reconstruct(*self.arguments("--resume")), 0)
            done = self.assert_whole(done)

    def test_the_report_of_a_resumed_run_is_complete(self):
        report = self.folder / "report.json"
        done = self.kill_after(2, "--json", report)
        for _ in range(2):
            self.assert_exit(reconstruct(*self.arguments("--resume", "--json", report)), 0)
            done = self.assert_whole(done)
            photos = json.loads(report.read_text())["photos"]
            self.assertEqual(sorted(photo["output"] for photo in photos),
                             sorted(str(self.out / name) for name in done))
            for photo in photos:
                self.assertTrue((self.folder / photo["faces"][0]["mask_file"]).is_file())
            self.assertEqual([path.name for path in self.folder.glob("report*.partial")], [])

    def test_without_resume_everything_is_done_again(self):
        for path in list(self.photos.iterdir())[1:]:
            path.unlink()
        self.assert_exit(reconstruct(*self.arguments()), 0)
        first = self.outputs()
        self.assert_exit(reconstruct(*self.arguments()), 0)
        self.assertNotEqual(self.outputs(), first)


if __name__ == "__main__":
    run_tests()
