# SPDX-License-Identifier: Apache-2.0
"""Single stages, with the known answers of the toy models."""

import unittest

import demask
import numpy as np
import toy
from demask import Gender, PixelFormat


class StagesTest(unittest.TestCase):
    def test_face_detector(self):
        with demask.FaceDetector(toy.BUNDLE) as detector:
            faces = detector.detect(toy.photo("two.png"))
            self.assertEqual([round(face.score, 3) for face in faces], [0.9, 0.8])
            np.testing.assert_allclose(faces[0].box, toy.FACE, atol=1e-3)
            self.assertEqual(faces[0].points.shape, (5, 2))
            np.testing.assert_allclose(faces[0].points[0], (24 + 28, 50 + 33.6), atol=1e-3)
            sure = demask.DetectOptions(score_threshold=0.85)
            self.assertEqual(len(detector.detect(toy.photo("two.png"), sure)), 1)
            swapped = np.ascontiguousarray(toy.photo()[:, :, ::-1])
            self.assertEqual(detector.detect(swapped), [])
            self.assertEqual(len(detector.detect(swapped, pixel_format=PixelFormat.BGR)), 1)
            with self.assertRaisesRegex(demask.InvalidArgumentError, "nms_iou"):
                detector.detect(toy.photo(), demask.DetectOptions(nms_iou=2.0))
            with self.assertRaisesRegex(demask.InvalidArgumentError, "min_face_size"):
                detector.detect(toy.photo(), demask.DetectOptions(min_face_size=-1.0))
        with self.assertRaisesRegex(ValueError, "is closed"):
            detector.detect(toy.photo())

    def test_landmark_detector(self):
        landmarks = toy.landmarks()
        self.assertEqual(landmarks.scheme, demask.LandmarkScheme.IBUG68)
        eyes = [landmarks.points[36:42].mean(axis=0), landmarks.points[42:48].mean(axis=0)]
        np.testing.assert_allclose(eyes, [(52, 83.6), (76, 83.6)], atol=0.6)
        np.testing.assert_allclose(landmarks.confidence, np.full(68, 0.9), atol=1e-6)
        with demask.LandmarkDetector(toy.BUNDLE) as detector:
            with self.assertRaisesRegex(demask.InvalidArgumentError, "box: has the shape"):
                detector.detect(toy.photo(), (1, 2, 3))
            turned = detector.detect(toy.photo(), toy.FACE, roll=np.pi / 2)
            right, left = turned.points[36:42].mean(axis=0), turned.points[42:48].mean(axis=0)
            np.testing.assert_allclose(left - right, (0, 24), atol=0.1)

    def test_landmarks_of_another_shape_are_refused(self):
        with self.assertRaisesRegex(demask.InvalidArgumentError, "68 x 2"):
            demask.Landmarks(np.zeros((5, 2)))
        with self.assertRaisesRegex(demask.InvalidArgumentError, "confidence"):
            demask.Landmarks(np.zeros((98, 2)), np.zeros(68))

    def test_landmarks_of_68_points(self):
        points = toy.landmarks()
        np.testing.assert_array_equal(points.to_ibug68().points, points.points)
        wflw = demask.Landmarks(np.arange(98 * 2).reshape(98, 2), np.linspace(0, 1, 98))
        ibug = wflw.to_ibug68()
        self.assertEqual(ibug.scheme, demask.LandmarkScheme.IBUG68)
        np.testing.assert_array_equal(ibug.points[1], wflw.points[2])  # Every second jaw point.
        self.assertEqual(ibug.confidence[1], wflw.confidence[2])

    def test_canonical_face(self):
        landmarks = toy.landmarks()
        matrix = demask.canonical_similarity(landmarks)
        self.assertEqual(matrix.shape, (2, 3))
        scale = 256 / 80
        np.testing.assert_allclose(matrix[:, :2], [[scale, 0], [0, scale]], atol=1e-3)
        face = demask.canonical_face(toy.photo(), landmarks, 128)
        self.assertEqual(face.shape, (128, 128, 3))
        self.assertEqual(tuple(face[96, 64]), (250, 30, 30))
        self.assertEqual(tuple(face[10, 64]), (92, 90, 88))

    def test_segmenter(self):
        with demask.Segmenter(toy.BUNDLE) as segmenter:
            self.assertEqual(segmenter.input, demask.SegmenterInput.CANONICAL_FACE)
            self.assertEqual(segmenter.threshold, 0.5)
            masks = segmenter.segment(demask.canonical_face(toy.photo(), toy.landmarks()))
        self.assertEqual(len(masks), 1)
        self.assertEqual(masks[0].probability.shape, (256, 256))
        self.assertAlmostEqual(float(masks[0].probability[200, 128]), 250 / 255, places=3)
        self.assertAlmostEqual(float(masks[0].probability[20, 128]), 92 / 255, places=3)
        self.assertIsNone(masks[0].straps)

    def test_gender_classifier(self):
        red = np.full((256, 256, 3), (255, 0, 0), np.uint8)
        with demask.GenderClassifier(toy.BUNDLE) as classifier:
            female = classifier.classify(red)
            self.assertEqual(female.gender, Gender.FEMALE)
            self.assertAlmostEqual(female.probability, 1 / (1 + np.exp(-4)), places=4)
            self.assertEqual(classifier.classify(red, PixelFormat.BGR).gender, Gender.MALE)

    def test_inpainter(self):
        face = np.full((256, 256, 3), (92, 90, 88), np.uint8)
        mask = np.zeros((256, 256), np.uint8)
        mask[128:, :] = 255
        landmarks = demask.Landmarks(toy.landmarks((0, 0, 256, 256)).points)
        for gender, color in [(Gender.FEMALE, toy.GREEN), (Gender.MALE, toy.YELLOW)]:
            with demask.Inpainter(gender, toy.BUNDLE) as inpainter:
                painted = inpainter.inpaint(face, mask, landmarks)
            self.assertEqual(tuple(painted[200, 128]), color)
            np.testing.assert_array_equal(painted[:120], face[:120])
        with self.assertRaisesRegex(demask.InvalidArgumentError, "gender"):
            demask.Inpainter(Gender.AUTO, toy.BUNDLE)


if __name__ == "__main__":
    unittest.main()
