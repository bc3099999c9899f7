# SPDX-License-Identifier: Apache-2.0
"""Runs the commands that start threads, for ThreadSanitizer."""

import shutil

from program_test import reconstruct, run_tests
from test_video import VideoTest, video


class Threads(VideoTest):
    def test_photos_are_processed_concurrently(self):
        photos = self.folder / "in"
        photos.mkdir()
        for index in range(3):
            shutil.copy(self.photo, photos / f"{index}.png")
        (photos / "1.png").write_bytes(b"no photo")
        out = self.folder / "out"
        self.assert_exit(reconstruct(photos, "-o", out, "--threads", 3), 1)
        self.assertEqual(self.files(out), ["0.png", "2.png"])

    def test_frames_are_passed_between_threads(self):
        frames = 12
        result = video(self.film(frames), "-o", self.folder / "out.avi")
        self.assert_exit(result, 0)
        self.assertEqual(self.counts(result)[0], frames)


if __name__ == "__main__":
    run_tests()
