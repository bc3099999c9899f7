# SPDX-License-Identifier: Apache-2.0
"""Whole reconstructions, with the known answers of the toy models."""

import dataclasses
import gc
import tempfile
import threading
import time
import unittest
from pathlib import Path

import demask
import numpy as np
import toy
from demask import (BlendMode, FaceSelection, FaceStatus, Gender, PipelineStep, PixelFormat, Quality,
                    ReconstructOptions)
from PIL import Image


class ReconstructTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reconstructor = demask.Reconstructor(toy.BUNDLE, demask.RuntimeOptions(threads=1))
        cls.reconstructor.load_all()

    def reconstruct(self, photo, **options):
        options = ReconstructOptions(**{"blend": BlendMode.NONE, **options})
        return self.reconstructor.reconstruct(photo, options)

    def test_result(self):
        photo = toy.photo()
        before = photo.copy()
        result = self.reconstruct(photo)
        np.testing.assert_array_equal(photo, before)
        self.assertEqual(toy.mouth(result.photo), toy.GREEN)
        np.testing.assert_array_equal(result.photo[result.changed == 0], photo[result.changed == 0])
        self.assertIsNone(result.alternative_photo)
        self.assertGreaterEqual(result.detect_milliseconds, 0)
        (face,) = result.faces
        self.assertEqual(face.status, FaceStatus.RECONSTRUCTED)
        np.testing.assert_allclose(face.box, toy.FACE, atol=1e-3)
        self.assertEqual(face.gender, Gender.FEMALE)
        self.assertFalse(face.gender_uncertain)
        self.assertGreater(face.gender_probability, 0.65)
        self.assertEqual(face.landmarks.points.shape, (68, 2))
        self.assertEqual(face.mask.pixels.dtype, np.uint8)
        x, y, width, height = toy.MASK
        self.assertEqual(face.mask.pixels[y + 20 - face.mask.y, x + 40 - face.mask.x], 255)
        self.assertEqual(face.aligned_before.shape, (256, 256, 3))
        self.assertEqual(tuple(face.aligned_after[200, 128]), toy.GREEN)
        self.assertEqual(face.aligned_mask[200, 128], 255)
        self.assertIsNone(face.aligned_alternative)
        self.assertEqual(set(face.milliseconds), set(PipelineStep))

    def test_photos_without_a_face_or_mask(self):
        bare = toy.photo("bare.png")
        result = self.reconstruct(bare)
        self.assertEqual(result.faces, ())
        np.testing.assert_array_equal(result.photo, bare)
        (face,) = self.reconstruct(bare, boxes=[toy.FACE]).faces
        self.assertEqual(face.status, FaceStatus.NO_MASK)
        self.assertEqual(face.reason, "no worn mask was found on the face")
        self.assertIsNone(face.mask)
        self.assertIsNone(face.aligned_after)

    def test_pil_images_and_pixel_formats(self):
        photo = toy.photo()
        result = self.reconstruct(Image.fromarray(photo))
        self.assertEqual(demask.to_pil(result.photo).getpixel((64, 110)), toy.GREEN)
        swapped = np.ascontiguousarray(photo[:, :, ::-1])
        result = self.reconstructor.reconstruct(swapped, toy.PASTED, PixelFormat.BGR)
        self.assertEqual(toy.mouth(result.photo), toy.GREEN)
        wide = np.zeros((200, 300, 4), np.uint8)
        part = wide[4:196, 20:276]
        part[:, :, :3], part[:, :, 3] = photo, 77
        result = self.reconstruct(part)
        self.assertEqual(toy.mouth(result.photo), (*toy.GREEN, 77))

    def test_quality(self):
        photo = toy.photo()
        fast = self.reconstruct(photo)  # This bundle has no prior.
        self.assertEqual(fast.faces[0].quality, Quality.FAST)
        with demask.Reconstructor(toy.PRIOR_BUNDLE) as reconstructor:
            for quality, painted in [(Quality.DEFAULT, Quality.FINE), (Quality.FAST, Quality.FAST),
                                     (Quality.FINE, Quality.FINE), (Quality.BEST, Quality.BEST)]:
                options = dataclasses.replace(toy.PASTED, quality=quality, search_steps=2)
                result = reconstructor.reconstruct(photo, options)
                self.assertEqual(result.faces[0].quality, painted)
                expected = toy.GREEN if quality == Quality.FAST else toy.GROUND
                np.testing.assert_allclose(toy.mouth(result.photo), expected, atol=12)
            for wrong in ({"search_steps": -1}, {"search_seconds": -1.0}, {"quality": 3}):
                with self.assertRaises(demask.InvalidArgumentError):
                    reconstructor.reconstruct(photo, dataclasses.replace(toy.PASTED, **wrong))

    def test_variants(self):
        photo = toy.photo()
        options = dataclasses.replace(toy.PASTED, variants=3, diversity=1.0, seed=2**64 - 1)
        with demask.Reconstructor(toy.SHAPE_BUNDLE) as reconstructor:
            result = reconstructor.reconstruct(photo, options)
            again = reconstructor.reconstruct(photo, options)
            smile = reconstructor.reconstruct(
                photo, dataclasses.replace(toy.PASTED, expression=demask.Expression.SMILE))
            for wrong in ({"variants": 0}, {"variants": 17}, {"diversity": 1.1}, {"seed": -1},
                          {"seed": 2**64}, {"expression": 4}):
                with self.assertRaises(demask.InvalidArgumentError):
                    reconstructor.reconstruct(photo, dataclasses.replace(toy.PASTED, **wrong))
        (face,) = result.faces
        self.assertEqual((len(result.variant_photos), len(face.variants)), (3, 3))
        np.testing.assert_array_equal(result.variant_photos[0], result.photo)
        np.testing.assert_array_equal(face.variants[0].aligned, face.aligned_after)
        self.assertEqual(face.variants[0].likelihood, 1.0)
        for index in (1, 2):
            self.assertTrue(0.0 < face.variants[index].likelihood < 1.0)
            self.assertFalse(np.array_equal(face.variants[index].landmarks.points,
                                            face.variants[0].landmarks.points))
            np.testing.assert_array_equal(result.variant_photos[index],
                                          again.variant_photos[index])
            unchanged = result.changed == 0
            np.testing.assert_array_equal(result.variant_photos[index][unchanged],
                                          photo[unchanged])
        self.assertEqual((smile.variant_photos, smile.faces[0].variants), ((), ()))
        self.assertFalse(np.array_equal(smile.photo, result.photo))
        with self.assertRaisesRegex(demask.BundleInvalidError, "shape_model"):
            self.reconstruct(photo, variants=2)

    def test_references(self):
        photo, reference = toy.photo(), demask.ReferencePhoto(toy.photo())
        result = self.reconstruct(photo)
        self.assertEqual((result.faces[0].reference, result.faces[0].reference_reason),
                         (demask.ReferenceUse.NONE, ""))
        masked = self.reconstruct(photo, references=[reference])
        self.assertEqual(masked.faces[0].reference, demask.ReferenceUse.REFUSED)
        self.assertIn("wears a mask", masked.faces[0].reference_reason)
        np.testing.assert_array_equal(masked.photo, result.photo)
        far = demask.ReferencePhoto(toy.photo(), box=demask.Box(1, 1, 4, 4))
        refused = self.reconstruct(photo, references=[far, far])
        self.assertIn("no face at 1, 1", refused.faces[0].reference_reason)
        other = demask.ReferencePhoto(toy.photo(), face_index=7)
        self.assertEqual(self.reconstruct(photo, references=[other]).faces[0].reference,
                         demask.ReferenceUse.NONE)
        for wrong in ([reference] * 5, [demask.ReferencePhoto(toy.photo(), face_index=-1)],
                      [demask.ReferencePhoto(toy.photo(), box=demask.Box(0, 0, 5, -1))]):
            with self.assertRaises(demask.InvalidArgumentError):
                self.reconstruct(photo, references=wrong)
        with self.assertRaises(demask.InvalidImageError):
            self.reconstruct(photo, references=[demask.ReferencePhoto(np.zeros((4, 4, 2), np.uint8))])

    def test_options(self):
        two = toy.photo("two.png")

        def statuses(**options):
            return [face.status for face in self.reconstruct(two, **options).faces]

        done, left_out = FaceStatus.RECONSTRUCTED, FaceStatus.NOT_SELECTED
        self.assertEqual(statuses(), [done, done])
        self.assertEqual(statuses(selection=FaceSelection.INDEX, face_index=1), [left_out, done])
        self.assertEqual(len(statuses(detection_threshold=0.85)), 1)
        self.assertEqual(statuses(min_face_size=100.0), [FaceStatus.TOO_SMALL] * 2)
        self.assertEqual(statuses(segmentation_threshold=0.999), [FaceStatus.NO_MASK] * 2)
        self.assertEqual(statuses(min_mask_area=0.9), [FaceStatus.NO_MASK] * 2)
        self.assertEqual(statuses(min_landmark_confidence=0.95),
                         [FaceStatus.LANDMARKS_UNRELIABLE] * 2)
        male = self.reconstruct(two, gender=Gender.MALE, mask_dilation=0.1)
        self.assertEqual(toy.mouth(male.photo), toy.YELLOW)
        self.assertGreater(np.count_nonzero(male.changed),
                           np.count_nonzero(self.reconstruct(two).changed))
        for blend in (BlendMode.FEATHER, BlendMode.POISSON):
            self.assertGreater(np.count_nonzero(self.reconstruct(two, blend=blend).changed), 0)
        with self.assertRaises(demask.ImageTooLargeError):
            self.reconstruct(two, max_pixels=100)
        with self.assertRaisesRegex(demask.InvalidArgumentError, "mask_dilation"):
            self.reconstruct(two, mask_dilation=1.0)

    def test_the_other_generator(self):
        result = self.reconstruct(toy.photo("male.png"), both_when_uncertain=True)
        (face,) = result.faces
        self.assertEqual((face.gender, face.gender_uncertain), (Gender.MALE, True))
        self.assertEqual(toy.mouth(result.photo), toy.YELLOW)
        self.assertEqual(toy.mouth(result.alternative_photo), toy.GREEN)
        self.assertEqual(tuple(face.aligned_alternative[200, 128]), toy.GREEN)
        sure = self.reconstruct(toy.photo("male.png"), both_when_uncertain=True, gender_margin=0.01)
        self.assertIsNone(sure.alternative_photo)

    def test_mask_and_landmarks_of_ones_own(self):
        bare = toy.photo("bare.png")
        mask = np.zeros(bare.shape[:2], np.uint8)
        x, y, width, height = toy.MASK
        mask[y:y + height, x:x + width] = 255
        for given, inverted in [(mask, False), (255 - mask, True), (Image.fromarray(mask), False)]:
            result = self.reconstruct(bare, mask=given, mask_inverted=inverted,
                                      landmarks=[toy.landmarks()], gender=Gender.FEMALE)
            self.assertEqual(toy.mouth(result.photo), toy.GREEN)
            self.assertEqual(result.faces[0].score, 1.0)
        with self.assertRaisesRegex(demask.InvalidArgumentError, "mask"):
            self.reconstruct(bare, mask=mask[:10], boxes=[toy.FACE])
        with self.assertRaisesRegex(demask.InvalidArgumentError, "boxes: has the shape"):
            self.reconstruct(bare, boxes=[(1, 2, 3)])

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "out.png"
            result = self.reconstructor.reconstruct_file(
                toy.FOLDER / "masked.png", target, toy.PASTED, demask.EncodeOptions())
            np.testing.assert_array_equal(demask.read_image(target), result.photo)
            self.assertTrue(demask.is_marked_as_synthetic(target))
            with self.assertRaisesRegex(demask.UnreadableFileError, "gone.jpg"):
                self.reconstructor.reconstruct_file(Path(folder) / "gone.jpg", target)

    def test_batch(self):
        photos = [toy.photo(), toy.photo("bare.png"), toy.photo("two.png")]
        options = ReconstructOptions(blend=BlendMode.NONE, max_pixels=256 * 192)
        outcomes = self.reconstructor.reconstruct_batch(
            [*photos, np.zeros((400, 400), np.uint8)], options)
        self.assertEqual([len(outcome.faces) for outcome in outcomes[:3]], [1, 0, 2])
        self.assertIsInstance(outcomes[3], demask.ImageTooLargeError)
        for photo, outcome in zip(photos, outcomes):
            np.testing.assert_array_equal(outcome.photo, self.reconstruct(photo).photo)
        self.assertEqual(self.reconstructor.reconstruct_batch([]), [])
        with self.assertRaises(demask.InvalidArgumentError):
            self.reconstructor.reconstruct_batch(photos, ReconstructOptions(boxes=[toy.FACE]))

    def test_a_closed_reconstructor_is_not_used(self):
        with demask.Reconstructor(toy.BUNDLE) as reconstructor:
            pass
        with self.assertRaisesRegex(ValueError, "Reconstructor: is closed"):
            reconstructor.reconstruct(toy.photo())


class CallbackTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reconstructor = demask.Reconstructor(toy.BUNDLE)

    def test_progress(self):
        seen = []
        options = ReconstructOptions(progress=lambda *report: seen.append(report))
        self.reconstructor.reconstruct(toy.photo(), options)
        self.assertEqual({step for step, _, _ in seen}, set(PipelineStep))
        self.assertTrue(all(0 <= done <= total for _, done, total in seen))

    def test_abort(self):
        asked = []

        def abort():
            asked.append(True)
            return len(asked) > 2

        with self.assertRaises(demask.CancelledError):
            self.reconstructor.reconstruct(toy.photo(), ReconstructOptions(abort=abort))
        self.assertEqual(len(asked), 3)
        with self.assertRaises(demask.CancelledError):
            self.reconstructor.reconstruct_batch([toy.photo()],
                                                 ReconstructOptions(abort=lambda: True))

    def test_what_a_callback_raises_is_raised_by_the_call(self):
        def fail(*_):
            raise KeyError("of mine")

        for options in (ReconstructOptions(progress=fail), ReconstructOptions(abort=fail)):
            with self.assertRaisesRegex(KeyError, "of mine"):
                self.reconstructor.reconstruct(toy.photo(), options)
            with self.assertRaisesRegex(KeyError, "of mine"):
                self.reconstructor.reconstruct_batch([toy.photo()], options)

    def test_log(self):
        messages = []
        demask.set_log_callback(lambda level, message: messages.append((level, message)))
        try:
            demask.Bundle(toy.BUNDLE)
            with self.assertRaises(demask.BundleNotFoundError):
                demask.Bundle("/nowhere")
        finally:
            demask.set_log_callback(None)
        demask.Bundle(toy.BUNDLE)
        self.assertEqual([level for level, _ in messages],
                         [demask.LogLevel.INFO, demask.LogLevel.ERROR])
        self.assertIn("toy", messages[0][1])
        self.assertIn("/nowhere", messages[1][1])


class ThreadsTest(unittest.TestCase):
    def test_other_threads_run_during_a_call(self):
        """While a thread is in the log callback, another call that logs waits for it inside the
        library. If that call held the lock of Python, both would wait forever."""
        in_callback, about_to_call, done = threading.Event(), threading.Event(), []

        def log(_, message):
            in_callback.set()
            about_to_call.wait(timeout=60)
            time.sleep(0.2)
            done.append(message)

        demask.set_log_callback(log)
        try:
            thread = threading.Thread(target=demask.Bundle, args=[toy.BUNDLE])
            thread.start()
            self.assertTrue(in_callback.wait(timeout=60))
            about_to_call.set()
            demask.Bundle(toy.BUNDLE)
            thread.join()
        finally:
            demask.set_log_callback(None)
        self.assertEqual(len(done), 2)

    def test_one_reconstructor_serves_many_threads_and_may_be_closed_meanwhile(self):
        reconstructor = demask.Reconstructor(toy.BUNDLE, demask.RuntimeOptions(threads=1))
        expected = reconstructor.reconstruct(toy.photo()).photo
        started, same = threading.Barrier(5), []

        def work():
            options = ReconstructOptions(progress=lambda *_: None)
            results = [reconstructor.reconstruct(toy.photo(), options) for _ in range(3)]
            started.wait(timeout=60)
            try:
                while True:
                    results.append(reconstructor.reconstruct(toy.photo(), options))
            except ValueError:
                same.append(all(np.array_equal(r.photo, expected) for r in results))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait(timeout=60)
        reconstructor.close()
        for thread in threads:
            thread.join()
        self.assertEqual(same, [True] * 4)

    def test_handles_are_freed(self):
        reconstructor = demask.Reconstructor(toy.BUNDLE)
        freed = []
        library = reconstructor._handle._library
        reconstructor._handle._library = Recording(library, freed)
        reconstructor.close()
        gc.collect()
        self.assertEqual(freed, ["reconstructor_free"])


class Recording:
    """A library that records which handles are freed."""

    def __init__(self, library, freed):
        self._library, self._freed = library, freed

    def free(self, name, pointer):
        self._freed.append(name)
        self._library.free(name, pointer)


if __name__ == "__main__":
    unittest.main()
