# SPDX-License-Identifier: Apache-2.0
"""An archive on a local cluster; one of its workers is killed during the job.

The environment variable DEMASK_TOY names the folder that tests/data/make_bundle.py has written.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

import demask
import numpy as np
import reconstruct_archive as job
from distributed import Client, LocalCluster
from PIL import Image

TOY = Path(os.environ["DEMASK_TOY"])
PHOTOS = 48
CHUNK = 4


def make_archive(folder: Path, count: int) -> None:
    """Photos with one mask each, in two folders, and a file that is not a photo."""
    with Image.open(TOY / "masked.png") as masked:
        for index in range(count):
            photo = masked.copy()
            photo.putpixel((0, 0), (index, 0, 0))  # Makes the photos differ.
            path = folder / f"{index % 2}" / f"{index:02}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            photo.save(path)
    (folder / "notes.txt").write_text("not a photo")


def identities(output: Path) -> dict:
    """Inode and time of a file, which change if it is written again."""
    return {path.relative_to(output): (path.stat().st_ino, path.stat().st_mtime_ns)
            for path in output.rglob("*.png") if job.UNFINISHED not in path.parts}


def reconstructor_of(dask_worker) -> int:
    return id(dask_worker.demask_reconstructor)


class Killer:
    """Kills a busy worker after the first chunk."""

    def __init__(self, client: Client, output: Path) -> None:
        self._client = client
        self._output = output
        self.pids = client.run(os.getpid)
        self.killed = None
        self.finished_before = {}

    def __call__(self, outcomes, total) -> None:
        if self.killed is not None:
            return
        busy = {worker: len(keys) for worker, keys in self._client.processing().items()}
        worker = max(busy, key=busy.get)
        assert busy[worker] > 0, "the job was over before a worker could be killed"
        os.kill(self.pids[worker], signal.SIGKILL)
        self.killed = worker
        self.finished_before = identities(self._output)


class ArchiveTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.archive, self.output = Path(folder.name) / "archive", Path(folder.name) / "output"

    def check_outputs(self):
        with demask.Reconstructor(TOY / "bundle") as reconstructor:
            for photo in job.find_photos(self.archive, self.output):
                expected = reconstructor.reconstruct(demask.read_image(self.archive / photo)).photo
                np.testing.assert_array_equal(demask.read_image(self.output / photo), expected)
                self.assertTrue(demask.is_marked_as_synthetic(self.output / photo))

    def test_a_killed_worker_loses_nothing(self):
        make_archive(self.archive, PHOTOS)
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster, \
                Client(cluster) as client:
            health = client.dashboard_link.replace("/status", "/health")
            with urllib.request.urlopen(health, timeout=60) as answer:
                self.assertEqual(answer.status, 200)
            killer = Killer(client, self.output)
            outcomes = job.reconstruct_archive(client, self.archive, self.output, CHUNK,
                                               str(TOY / "bundle"), on_chunk=killer)
            self.assertIsNotNone(killer.killed)
            self.check_outcomes(outcomes, killer)
            # The survivor and the replacement of the killed worker hold one reconstructor each.
            client.wait_for_workers(2, timeout=60)
            before = client.run(reconstructor_of)
            again = job.reconstruct_archive(client, self.archive, self.output, CHUNK,
                                            str(TOY / "bundle"))
            self.assertEqual({outcome.status for outcome in again}, {"there"})
            self.assertEqual(client.run(reconstructor_of), before)
        self.check_outputs()

    def check_outcomes(self, outcomes, killer):
        self.assertEqual(sorted(outcome.photo for outcome in outcomes),
                         job.find_photos(self.archive, self.output))
        self.assertEqual({outcome.status for outcome in outcomes} - {"there"}, {"done"})
        self.assertTrue(all(o.reconstructed == 1 for o in outcomes if o.status == "done"))
        # Photos that were finished before their chunk was lost are found and not done again.
        there = {Path(outcome.photo) for outcome in outcomes if outcome.status == "there"}
        self.assertLessEqual(there, set(killer.finished_before))
        finished = identities(self.output)
        self.assertEqual(len(finished), PHOTOS)
        for path, identity in killer.finished_before.items():
            self.assertEqual(finished[path], identity, path)
        self.assertLess(len(killer.finished_before), PHOTOS)
        self.assertFalse((self.output / job.UNFINISHED).exists())

    def test_the_command(self):
        make_archive(self.archive, 3)
        (self.archive / "broken.jpg").write_bytes(b"no photo")
        script = Path(job.__file__)
        command = [sys.executable, str(script), str(self.archive), str(self.output), "--workers",
                   "1", "--chunk", "2", "--models", str(TOY / "bundle")]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stdout, r"^dashboard: http://\S+\n")
        self.assertIn("4 of 4 photos, 1 failed\n", result.stdout)
        self.assertIn("broken.jpg: ", result.stderr)
        self.assertEqual(len(identities(self.output)), 3)
        shutil.rmtree(self.output)
        command[-1] = "/nowhere"
        result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("/nowhere", result.stderr)


if __name__ == "__main__":
    unittest.main()
