# SPDX-License-Identifier: Apache-2.0
"""Video, with the known answers of the toy models."""

import gc
import unittest

import demask
import numpy as np
import toy


class VideoTest(unittest.TestCase):
    def setUp(self):
        with demask.Reconstructor(toy.BUNDLE) as reconstructor:
            self.video = demask.Video(
                reconstructor, demask.VideoOptions(reconstruct=toy.PASTED, detect_interval=2))

    def test_frames(self):
        two = toy.photo("two.png")
        frames = [self.video.reconstruct(two, index / 25) for index in range(3)]
        self.assertEqual([frame.detector_ran for frame in frames], [True, True, False])
        self.assertFalse(frames[1].scene_cut)
        for frame in frames:
            self.assertEqual(sorted(frame.track_ids), [0, 1])
            self.assertEqual(toy.mouth(frame.result.photo), toy.GREEN)
            unchanged = frame.result.changed == 0
            np.testing.assert_array_equal(frame.result.photo[unchanged], two[unchanged])
        with self.assertRaises(demask.InvalidArgumentError):
            self.video.reconstruct(two, 0.0)
        self.video.reset()
        self.assertTrue(self.video.reconstruct(two, 0.0).detector_ran)

    def test_frames_together_are_those_one_by_one(self):
        two = toy.photo("two.png")
        times = [0.0, 0.04, 0.08]
        single = [self.video.reconstruct(two, seconds) for seconds in times]
        self.video.reset()
        together = self.video.reconstruct_frames([two] * 3, times)
        for a, b in zip(single, together):
            np.testing.assert_array_equal(a.result.photo, b.result.photo)
            self.assertEqual(a.detector_ran, b.detector_ran)
            self.assertEqual(len(a.track_ids), len(b.track_ids))
        self.assertEqual(self.video.reconstruct_frames([], []), [])
        with self.assertRaisesRegex(ValueError, "1 times for 2 frames"):
            self.video.reconstruct_frames([two, two], [1.0])
        with self.assertRaises(demask.InvalidArgumentError):
            self.video.reconstruct_frames([two, two], [1.0, 1.0])

    def test_callbacks_live_as_long_as_the_video(self):
        seen = []

        def progress(step, done, total):
            seen.append(step)
            if fails:
                raise KeyError("of mine")

        fails = False
        options = demask.VideoOptions(demask.ReconstructOptions(progress=progress))
        video = demask.Video(demask.Reconstructor(toy.BUNDLE), options)
        gc.collect()
        video.reconstruct(toy.photo(), 0.0)
        self.assertTrue(seen)
        fails = True
        with self.assertRaisesRegex(KeyError, "of mine"):
            video.reconstruct(toy.photo(), 1.0)
        fails = False
        self.assertEqual(len(video.reconstruct(toy.photo(), 2.0).result.faces), 1)

    def test_what_is_refused(self):
        with demask.Reconstructor(toy.BUNDLE) as reconstructor:
            for options in (demask.VideoOptions(detect_interval=-1),
                            demask.VideoOptions(mask_seconds=99.0),
                            demask.VideoOptions(demask.ReconstructOptions(boxes=[toy.FACE]))):
                with self.assertRaises(demask.InvalidArgumentError):
                    demask.Video(reconstructor, options)
        self.video.close()
        with self.assertRaisesRegex(ValueError, "Video: is closed"):
            self.video.reconstruct(toy.photo(), 0.0)


if __name__ == "__main__":
    unittest.main()
