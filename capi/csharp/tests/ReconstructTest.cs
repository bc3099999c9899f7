// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Drawing;
using System.IO;
using System.Linq;
using System.Threading;
using Demask;

/// Whole reconstructions, with the known answers of the toy models.
internal sealed class ReconstructTest
{
    private readonly Reconstructor reconstructor;

    internal ReconstructTest()
    {
        using (Bundle bundle = Toy.Bundle())
            reconstructor = new Reconstructor(bundle, new RuntimeOptions { Threads = 1 });
        reconstructor.LoadAll();
    }

    public void WhatAResultTells()
    {
        Result result = reconstructor.Reconstruct(Toy.Photo(), Toy.Pasted());
        Expect.Color(Toy.Mouth(result.Photo), 0, 255, 0);
        Expect.Color(Toy.Mouth(result.Changed), 255);
        Expect.Color(result.Changed.At(0, 0), 0);
        Expect.True(result.AlternativePhoto == null, "no alternative");
        Expect.Equal(1, result.Faces.Count);
        Face face = result.Faces[0];
        Expect.Equal(FaceStatus.Reconstructed, face.Status);
        Expect.Equal("", face.Reason);
        Expect.Near(Toy.Face.X, face.Box.X, 1e-3);
        Expect.Near(Toy.Face.Height, face.Box.Height, 1e-3);
        Expect.Near(0.9, face.Score, 1e-6);
        Expect.Equal(Gender.Female, face.Gender);
        Expect.True(!face.GenderUncertain && face.GenderProbability > 0.65, "sure");
        Expect.Equal(LandmarkScheme.Ibug68, face.Landmarks.Scheme);
        Expect.Color(face.Mask.Pixels.At(64 - face.Mask.X, 110 - face.Mask.Y), 255);
        Expect.Color(face.AlignedBefore.At(128, 200), 250, 30, 30);
        Expect.Color(face.AlignedMask.At(128, 200), 255);
        Expect.Color(face.AlignedAfter.At(128, 200), 0, 255, 0);
        Expect.True(face.AlignedAlternative == null, "no alternative face");
        Expect.Equal(6, face.Milliseconds.Count);
    }

    public void ABitmapIsReconstructed()
    {
        using (var bitmap = new Bitmap(Toy.PhotoFile()))
        {
            Result result = reconstructor.Reconstruct(bitmap, Toy.Pasted());
            using (Bitmap painted = result.Photo.ToBitmap())
            {
                Expect.Equal(Color.FromArgb(255, 0, 255, 0), painted.GetPixel(64, 110));
                Expect.Equal(bitmap.GetPixel(5, 5), painted.GetPixel(5, 5));
            }
        }
    }

    public void OptionsReachTheLibrary()
    {
        Pixels two = Toy.Photo("two.png");
        Func<Action<ReconstructOptions>, Result> run = change =>
        {
            ReconstructOptions options = Toy.Pasted();
            change(options);
            return reconstructor.Reconstruct(two, options);
        };
        Expect.Equal(FaceStatus.NotSelected, run(o =>
        {
            o.Selection = FaceSelection.Index;
            o.FaceIndex = 1;
        }).Faces[0].Status);
        Expect.Equal(1, run(o => o.DetectionThreshold = 0.85f).Faces.Count);
        Expect.Equal(FaceStatus.TooSmall, run(o => o.MinFaceSize = 100).Faces[0].Status);
        Expect.Equal(FaceStatus.NoMask, run(o => o.SegmentationThreshold = 0.999f).Faces[0].Status);
        Expect.Equal("no worn mask was found on the face",
                     run(o => o.SegmentationThreshold = 0.999f).Faces[0].Reason);
        Expect.Equal(FaceStatus.NoMask, run(o => o.MinMaskArea = 0.9f).Faces[0].Status);
        Expect.Equal(FaceStatus.LandmarksUnreliable,
                     run(o => o.MinLandmarkConfidence = 0.95f).Faces[0].Status);
        Expect.Color(Toy.Mouth(run(o => o.Gender = Gender.Male).Photo), 255, 255, 0);
        Expect.Error(Status.InvalidArgument, "mask_dilation", () => run(o => o.MaskDilation = 1));
        Expect.Error(Status.InvalidArgument, "gender_margin", () => run(o => o.GenderMargin = 1));
        Expect.Error(Status.ImageTooLarge, "", () => run(o => o.MaxPixels = 100));
    }

    public void QualitySaysWhoPaints()
    {
        Expect.Equal(Quality.Fast, reconstructor.Reconstruct(Toy.Photo()).Faces[0].Quality);
        using (var bundle = new Bundle(System.IO.Path.Combine(Toy.Folder, "prior_bundle")))
        using (var withPrior = new Reconstructor(bundle))
            foreach (Quality quality in new[] { Quality.Default, Quality.Fast, Quality.Best })
            {
                ReconstructOptions options = Toy.Pasted();
                options.Quality = quality;
                options.SearchSteps = 2;
                Face face = withPrior.Reconstruct(Toy.Photo(), options).Faces[0];
                Expect.Equal(quality == Quality.Default ? Quality.Fine : quality, face.Quality);
            }
    }

    public void VariantsAreDrawnByTheSeed()
    {
        using (var bundle = new Bundle(System.IO.Path.Combine(Toy.Folder, "shape_bundle")))
        using (var withShapes = new Reconstructor(bundle))
        {
            ReconstructOptions options = Toy.Pasted();
            Expect.Equal(1, options.Variants);
            Expect.Equal(Expression.AsFound, options.Expression);
            Expect.Equal(0, withShapes.Reconstruct(Toy.Photo(), options).VariantPhotos.Count);
            options.Variants = 3;
            options.Diversity = 1;
            options.Seed = ulong.MaxValue;
            options.Expression = Expression.Smile;
            Result result = withShapes.Reconstruct(Toy.Photo(), options);
            Expect.Equal(3, result.VariantPhotos.Count);
            Face face = result.Faces[0];
            Expect.Equal(3, face.Variants.Count);
            Expect.True(result.VariantPhotos[0].Data.SequenceEqual(result.Photo.Data), "first");
            Expect.True(face.Variants[0].Likelihood == 1, "most likely");
            Expect.True(face.Variants[1].Likelihood < 1, "less likely");
            Expect.Equal(face.AlignedAfter.Width, face.Variants[1].Aligned.Width);
            Expect.Equal(136, face.Variants[1].Landmarks.Points.Length);
            Result again = withShapes.Reconstruct(Toy.Photo(), options);
            Expect.True(result.VariantPhotos[2].Data.SequenceEqual(again.VariantPhotos[2].Data),
                        "same seed");
            options.Variants = 17;
            Expect.Error(Status.InvalidArgument, "variants",
                         () => withShapes.Reconstruct(Toy.Photo(), options));
        }
    }

    public void TheOtherGenerator()
    {
        ReconstructOptions options = Toy.Pasted();
        options.BothWhenUncertain = true;
        Result result = reconstructor.Reconstruct(Toy.Photo("male.png"), options);
        Expect.True(result.Faces[0].GenderUncertain, "uncertain");
        Expect.Color(Toy.Mouth(result.Photo), 255, 255, 0);
        Expect.Color(Toy.Mouth(result.AlternativePhoto), 0, 255, 0);
        Expect.Color(result.Faces[0].AlignedAlternative.At(128, 200), 0, 255, 0);
    }

    public void MaskBoxesAndLandmarksOfOnesOwn()
    {
        Pixels bare = Toy.Photo("bare.png");
        ReconstructOptions options = Toy.Pasted();
        options.Boxes = new[] { Toy.Face, new Box(140, 60, 80, 80) };
        Result boxes = reconstructor.Reconstruct(bare, options);
        Expect.Equal(2, boxes.Faces.Count);
        Expect.Equal(FaceStatus.NoMask, boxes.Faces[1].Status);

        var covered = new byte[256 * 192];
        for (int y = 90; y < 130; ++y)
            for (int x = 24; x < 104; ++x) covered[y * 256 + x] = 255;
        options = Toy.Pasted();
        options.Mask = new Pixels(256, 192, Demask.PixelFormat.Gray, covered);
        options.Landmarks = new[] { Toy.Landmarks() };
        options.Gender = Gender.Female;
        Expect.Color(Toy.Mouth(reconstructor.Reconstruct(bare, options).Photo), 0, 255, 0);
        options.Mask = new Pixels(256, 192, Demask.PixelFormat.Gray,
                                  covered.Select(level => (byte)(255 - level)).ToArray());
        options.MaskInverted = true;
        Expect.Color(Toy.Mouth(reconstructor.Reconstruct(bare, options).Photo), 0, 255, 0);
        Expect.Error(Status.InvalidArgument, "points", () => new Landmarks(new float[10]));
    }

    public void FilesAndBatches()
    {
        string output = Path.Combine(Toy.Work, "out.png");
        Result result = reconstructor.ReconstructFile(Toy.PhotoFile(), output, Toy.Pasted());
        Expect.True(Pixels.Read(output).Data.SequenceEqual(result.Photo.Data), "the file");
        Expect.True(ImageFile.IsMarkedAsSynthetic(output), "mark");

        ReconstructOptions options = Toy.Pasted();
        options.MaxPixels = 256 * 192;
        using (var bitmap = new Bitmap(Toy.PhotoFile("two.png")))
        {
            IList<BatchResult> batch = reconstructor.ReconstructBatch(
                new ImageSource[]
                {
                    Toy.Photo(), bitmap,
                    new Pixels(400, 400, Demask.PixelFormat.Gray, new byte[160000])
                }, options);
            Expect.Equal(1, batch[0].Result.Faces.Count);
            Expect.Equal(2, batch[1].Result.Faces.Count);
            Expect.Equal(Status.ImageTooLarge, batch[2].Error.Status);
            Expect.True(batch[2].Result == null && batch[0].Error == null, "one of the two");
        }
    }

    public void CallbacksAndTheirExceptions()
    {
        var steps = new HashSet<PipelineStep>();
        var options = new ReconstructOptions { Progress = (step, done, total) => steps.Add(step) };
        reconstructor.Reconstruct(Toy.Photo(), options);
        Expect.Equal(6, steps.Count);
        options.Abort = () => true;
        Expect.Error(Status.Cancelled, "",
                     () => reconstructor.Reconstruct(Toy.Photo(), options));
        options.Abort = () => { throw new KeyNotFoundException("of mine"); };
        Expect.Throws<KeyNotFoundException>(
            () => reconstructor.Reconstruct(Toy.Photo(), options));
        options.Abort = null;
        options.Progress = (step, done, total) => { throw new KeyNotFoundException("of mine"); };
        Expect.Throws<KeyNotFoundException>(() => reconstructor.ReconstructBatch(
            new ImageSource[] { Toy.Photo() }, options));
    }

    public void ThreadsShareAReconstructorThatIsDisposedOfMeanwhile()
    {
        byte[] expected = reconstructor.Reconstruct(Toy.Photo(), Toy.Pasted()).Photo.Data;
        Reconstructor shared;
        using (Bundle bundle = Toy.Bundle()) shared = new Reconstructor(bundle);
        int same = 0;
        var ready = new CountdownEvent(4);
        Thread[] threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            Func<bool> isSame = () => shared.Reconstruct(Toy.Photo(), Toy.Pasted())
                .Photo.Data.SequenceEqual(expected);
            bool allSame = isSame();
            ready.Signal();
            try { while (true) allSame = isSame() && allSame; }
            catch (ObjectDisposedException) { }
            if (allSame) Interlocked.Increment(ref same);
        })).ToArray();
        foreach (Thread thread in threads) thread.Start();
        ready.Wait();
        shared.Dispose();
        foreach (Thread thread in threads) thread.Join();
        Expect.Equal(4, same, "threads with the same result");
    }
}
