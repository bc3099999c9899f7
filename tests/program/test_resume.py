"""Kills the demask program in the middle of a folder and lets another run go on."""

import json
import shutil
import subprocess
import time

from PIL import Image

from program_test import ProgramTest, Settings, metadata, reconstruct, run_tests


class Resume(ProgramTest):
    count = 6

    def setUp(self):
        super().setUp()
        self.photos = self.folder / "in"
        self.photos.mkdir()
        for index in range(self.count):
            shutil.copy(self.photo, self.photos / f"{index}.png")
        self.out = self.folder / "out"

    def arguments(self, *more):
        return [self.photos, "-o", self.out, *more]

    def kill_after(self, finished, *more):
        """Starts a run and kills it as soon as `finished` outputs are there."""
        with subprocess.Popen(
                [Settings.program, "reconstruct", *map(str, self.arguments(*more)), "--models",
                 Settings.bundle], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 300
            while len(self.outputs()) < finished and time.monotonic() < deadline:
                time.sleep(0.005)
            process.kill()
        self.assertEqual(process.returncode, -9)
        done = self.outputs()
        self.assertGreaterEqual(len(done), finished)
        self.assertLess(len(done), self.count)
        return done

    def outputs(self):
        """Finished outputs with what would change if they were written again."""
        if not self.out.exists():
            return {}
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns)
                for path in self.out.iterdir() if not path.name.startswith(".")}

    def assert_whole(self):
        names = [f"{index}.png" for index in range(self.count)]
        self.assertEqual(self.files(self.out), names)  # Nothing half-written is left either.
        for name in names:
            with Image.open(self.out / name) as picture:
                picture.load()
            self.assertIn("XMP-iptcExt:DigitalSourceType", metadata(self.out / name))

    def test_a_killed_run_is_resumed(self):
        done = self.kill_after(2)
        # What a run leaves that is killed while it writes.
        (self.out / ".5.png.0123abcd.partial").write_bytes(b"half")
        self.assert_exit(reconstruct(*self.arguments("--resume")), 0)
        self.assert_whole()
        after = self.outputs()
        self.assertEqual({name: after[name] for name in done}, done)

        # Once all is done nothing is done again.
        self.assert_exit(reconstruct(*self.arguments("--resume")), 0)
        self.assertEqual(self.outputs(), after)

    def test_the_report_of_a_resumed_run_is_whole(self):
        report = self.folder / "report.json"
        done = self.kill_after(2, "--json", report)
        self.assertFalse(report.exists())
        for _ in range(2):
            self.assert_exit(reconstruct(*self.arguments("--resume", "--json", report)), 0)
            self.assert_whole()
            after = self.outputs()
            self.assertEqual({name: after[name] for name in done}, done)
            photos = json.loads(report.read_text())["photos"]
            self.assertEqual(sorted(photo["output"] for photo in photos),
                             sorted(str(self.out / name) for name in after))
            for photo in photos:
                self.assertTrue((self.folder / photo["faces"][0]["mask_file"]).is_file())
            self.assertEqual([path.name for path in self.folder.glob("report*.partial")], [])

    def test_without_resume_all_is_done_again(self):
        done = self.kill_after(1)
        self.assert_exit(reconstruct(*self.arguments()), 0)
        after = self.outputs()
        for name, stamp in done.items():
            self.assertNotEqual(after[name], stamp)


if __name__ == "__main__":
    run_tests()
