# SPDX-License-Identifier: Apache-2.0
"""Runs `demask video` and `demask camera` on clips of the masked photo."""

import json
import math
import os
import re
import resource
import signal
import subprocess
import time

from program_test import (
    DIGITAL_SOURCE_TYPE,
    SYNTHETIC_XMP_PACKET,
    ProgramTest,
    Settings,
    demask,
    metadata,
    run_tests,
)

FRAMES = 10
MANY_FRAMES = 100
# The outline of the portrait's face, which the virtual camera of a clip needs.
LANDMARKS = [[225 + 45 * math.cos(i / 68 * math.tau), 125 + 60 * math.sin(i / 68 * math.tau)]
             for i in range(68)]


def video(*arguments):
    # One thread: with more, they would wait for each other when other tests run at the same time.
    return demask("video", *arguments, "--models", Settings.bundle, "--threads", "1")


class VideoTest(ProgramTest):
    def film(self, frames=FRAMES):
        """A clip of the masked photo, filmed by a moving camera."""
        clip = self.folder / "clip.avi"
        landmarks = self.folder / "landmarks.json"
        landmarks.write_text(json.dumps(LANDMARKS))
        subprocess.run(
            [Settings.others[0], "film", "--photo", str(self.photo), "--out", str(clip),
             "--landmarks", str(landmarks), "--frames", str(frames), "--width", "320", "--height",
             "240", "--face", "100"], capture_output=True, check=True, timeout=600)
        landmarks.unlink()
        return clip

    def frames_of(self, path):
        """The number of frames in a video, and the number of those with a reconstructed face."""
        result = video(path, "-o", self.folder / "again.avi")
        self.assert_exit(result, 0)
        (self.folder / "again.avi").unlink()
        (self.folder / "again.avi.xmp").unlink(missing_ok=True)
        return self.counts(result)

    def counts(self, result):
        found = re.search(r"(\d+) frames, (\d+) with a reconstructed face, [0-9.]+ frames/s\n$",
                          result.stdout)
        self.assertTrue(found, result.stdout)
        return int(found[1]), int(found[2])


class Videos(VideoTest):
    def test_a_video(self):
        clip = self.film()
        out = self.folder / "out.mp4"
        result = video(clip, "-o", out, "--detect-every", "8")
        self.assert_exit(result, 0)
        self.assertEqual(self.counts(result), (FRAMES, FRAMES))
        self.assertEqual(result.stderr, "")
        tags = metadata(out)
        self.assertEqual(tags["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)
        self.assertEqual((tags["Track1:ImageWidth"], tags["Track1:ImageHeight"]), (320, 240))
        self.assertAlmostEqual(tags["Track1:VideoFrameRate"], 25.0, places=2)
        self.assertEqual(self.files(self.folder), ["clip.avi", "out.mp4"])
        # The masks are gone, so a second run finds few of them.
        again, edited = self.frames_of(out)
        self.assertEqual(again, FRAMES)
        self.assertLess(edited, FRAMES)

    def test_a_truncated_video_ends_with_what_was_decoded(self):
        clip = self.film()
        content = clip.read_bytes()
        clip.write_bytes(content[: len(content) * 6 // 10])
        out = self.folder / "out.avi"
        result = video(clip, "-o", out)
        self.assert_exit(result, 0)
        frames, edited = self.counts(result)
        self.assertGreater(frames, FRAMES // 3)
        self.assertLess(frames, FRAMES)
        self.assertGreater(edited, 0)
        self.assertIn(f"ends after {frames} of {FRAMES} frames", result.stderr)
        self.assertEqual(self.frames_of(out)[0], frames)
        sidecar = metadata(self.folder / "out.avi.xmp")
        self.assertEqual(sidecar["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)

    def test_the_mark_beside_a_video(self):
        clip = self.film()
        mark = self.folder / "out.avi.xmp"
        mark.write_text("stars")
        result = video(clip, "-o", self.folder / "out.avi")
        self.assert_exit(result, 1)
        self.assertIn("out.avi.xmp", result.stderr)
        self.assertEqual(mark.read_text(), "stars")
        self.assertEqual(self.files(self.folder), ["clip.avi", "out.avi.xmp"])
        # A video in which no face is painted is not marked.
        mark.write_text(SYNTHETIC_XMP_PACKET, encoding="utf-8")
        result = video(clip, "-o", self.folder / "out.avi", "--min-face", "10000")
        self.assert_exit(result, 0)
        self.assertEqual(self.counts(result), (FRAMES, 0))
        self.assertEqual(self.files(self.folder), ["clip.avi", "out.avi"])

    def test_a_full_disk_leaves_nothing_behind(self):
        clip = self.film()
        # Beyond a limit on the size of files, writes fail as they do on a full disk.
        result = subprocess.run(
            [Settings.program, "video", str(clip), "-o", str(self.folder / "out.mp4"), "--models",
             Settings.bundle], capture_output=True, text=True, timeout=600, check=False,
            restore_signals=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000)))
        self.assert_exit(result, 1)
        self.assertIn("out.mp4", result.stderr)
        self.assertEqual(self.files(self.folder), ["clip.avi"])

    def test_an_interrupted_video_is_complete_up_to_the_interruption(self):
        clip = self.film(frames=MANY_FRAMES)
        out = self.folder / "out.avi"
        process = subprocess.Popen(
            [Settings.program, "video", str(clip), "-o", str(out), "--models", Settings.bundle,
             "--threads", "1"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 120
        while len(self.files(self.folder)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130)
        frames = int(re.search(r"(\d+) frames,", stdout)[1])
        self.assertLess(frames, MANY_FRAMES)
        self.assertEqual(self.frames_of(out)[0], frames)


class Refusals(VideoTest):
    def test_bad_usage(self):
        clip = self.folder / "clip.avi"
        clip.write_bytes(b"no video")
        for case in (["video"], ["video", clip], ["video", clip, "-o", self.folder / "out.gif"],
                     ["video", clip, "-o", clip],
                     ["video", clip, "-o", self.folder / "out.mp4", "--detect-every", "0"],
                     ["video", clip, "-o", self.folder / "out.mp4", "--faces", "some"],
                     ["camera", "--camera", "-1"]):
            with self.subTest(case=list(map(str, case))):
                result = demask(*case)
                self.assert_exit(result, 2)
                self.assertTrue(result.stderr)
        self.assertEqual(self.files(self.folder), ["clip.avi"])

    def test_files_that_are_not_videos(self):
        text = self.folder / "text.mp4"
        text.write_text("no video")
        for path in (text, self.folder / "missing.mp4", self.folder):
            with self.subTest(path=str(path)):
                result = video(path, "-o", self.folder / "out.mp4")
                self.assert_exit(result, 1)
                self.assertIn(str(path), result.stderr)
        self.assertEqual(self.files(self.folder), ["text.mp4"])

    def test_help_says_what_is_kept(self):
        result = demask("video", "--help")
        self.assert_exit(result, 0)
        self.assertIn("Sound, subtitles, chapters and metadata are copied", result.stdout)
        self.assertIn("never an identification", result.stdout)

    def camera(self, environment):
        return subprocess.run(
            [Settings.program, "camera", "--camera", "997", "--models", Settings.bundle],
            capture_output=True, text=True, timeout=600, check=False, env=environment)

    def test_a_camera_needs_a_display_and_a_camera(self):
        without = {name: value for name, value in os.environ.items()
                   if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        result = self.camera(without)
        self.assert_exit(result, 2)
        self.assertIn("no display", result.stderr)
        result = self.camera({**without, "DISPLAY": ":997"})
        self.assert_exit(result, 2)
        self.assertIn("camera 997", result.stderr)


if __name__ == "__main__":
    run_tests()
