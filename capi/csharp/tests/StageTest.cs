// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;
using Demask;

/// Single stages, with the known answers of the toy models.
internal sealed class StageTest
{
    public void FaceDetector()
    {
        using (Bundle bundle = Toy.Bundle())
        using (var detector = new FaceDetector(bundle))
        {
            IList<Detection> faces = detector.Detect(Toy.Photo("two.png"));
            Expect.Equal(2, faces.Count);
            Expect.Near(0.8, faces[1].Score, 1e-6);
            Expect.Near(24 + 28, faces[0].Points[0], 1e-3);
            Expect.Equal(10, faces[0].Points.Length);
            var sure = new DetectOptions { ScoreThreshold = 0.85f };
            Expect.Equal(1, detector.Detect(Toy.Photo("two.png"), sure).Count);
            Expect.Error(Status.InvalidArgument, "nms_iou",
                         () => detector.Detect(Toy.Photo(), new DetectOptions { NmsIou = 2 }));
            Expect.Error(Status.InvalidArgument, "min_face_size", () =>
                         detector.Detect(Toy.Photo(), new DetectOptions { MinFaceSize = -1 }));
            Expect.Equal(1, detector.Detect(Toy.Photo().Convert(PixelFormat.Bgr)).Count);
        }
    }

    public void LandmarkDetectorAndCanonicalFace()
    {
        Landmarks landmarks = Toy.Landmarks();
        Expect.Equal(68, landmarks.Confidence.Length);
        Expect.True(landmarks.ToIbug68().Points.SequenceEqual(landmarks.Points), "the same points");
        var wflw = new Landmarks(Enumerable.Range(0, 196).Select(i => (float)i).ToArray());
        Expect.Equal(4f, wflw.ToIbug68().Points[2]);  // The jaw takes every second point.
        Expect.Near(0.9, landmarks.Confidence[0], 1e-6);
        double[] matrix = landmarks.CanonicalSimilarity();
        Expect.Near(3.2, matrix[0], 1e-3);
        Expect.Near(0, matrix[1], 1e-3);
        Pixels face = landmarks.CanonicalFace(Toy.Photo(), 128);
        Expect.Equal(128, face.Width);
        Expect.Color(face.At(64, 96), 250, 30, 30);
    }

    public void SegmenterClassifierAndInpainter()
    {
        Landmarks landmarks = Toy.Landmarks();
        Pixels face = landmarks.CanonicalFace(Toy.Photo());
        using (Bundle bundle = Toy.Bundle())
        using (var segmenter = new Segmenter(bundle))
        using (var classifier = new GenderClassifier(bundle))
        using (var inpainter = new Inpainter(bundle, Gender.Male))
        {
            Expect.Equal(SegmenterInput.CanonicalFace, segmenter.Input);
            Expect.Equal(0.5f, segmenter.Threshold);
            Mask mask = segmenter.Segment(face).Single();
            Expect.Equal(256, mask.Width);
            Expect.Near(250 / 255.0, mask.Probability[200 * 256 + 128], 1e-3);
            Expect.True(mask.Straps == null, "no straps");

            GenderEstimate estimate = classifier.Classify(face);
            Expect.Equal(Gender.Female, estimate.Gender);
            Expect.True(estimate.Probability > 0.8, "probability");

            var covered = new Pixels(
                256, 256, PixelFormat.Gray,
                mask.Probability.Select(p => (byte)(p >= 0.5 ? 255 : 0)).ToArray());
            Pixels painted = inpainter.Inpaint(face, covered, OnCanonicalFace(landmarks));
            Expect.Color(painted.At(128, 200), 255, 255, 0);
            Expect.Color(painted.At(128, 20), 92, 90, 88);
            Expect.Error(Status.InvalidArgument, "gender",
                         () => new Inpainter(bundle, Gender.Auto));
        }
    }

    private static Landmarks OnCanonicalFace(Landmarks landmarks)
    {
        double[] m = landmarks.CanonicalSimilarity();
        var points = new float[landmarks.Points.Length];
        for (int i = 0; i < points.Length; i += 2)
        {
            float x = landmarks.Points[i], y = landmarks.Points[i + 1];
            points[i] = (float)(m[0] * x + m[1] * y + m[2]);
            points[i + 1] = (float)(m[3] * x + m[4] * y + m[5]);
        }
        return new Landmarks(points);
    }
}
