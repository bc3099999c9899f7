// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;
using Demask;

/// Video, with the known answers of the toy models.
internal sealed class VideoTest
{
    private static Video Open(VideoOptions options)
    {
        using (Bundle bundle = Toy.Bundle())
        using (var reconstructor = new Reconstructor(bundle))
            return new Video(reconstructor, options);
    }

    public void Frames()
    {
        Pixels two = Toy.Photo("two.png");
        var options = new VideoOptions { Reconstruct = Toy.Pasted(), DetectInterval = 2 };
        using (Video video = Open(options))
        {
            FrameResult first = video.Reconstruct(two, 0);
            FrameResult second = video.Reconstruct(two, 0.04);
            Expect.True(first.DetectorRan && second.DetectorRan && !second.SceneCut, "detector");
            Expect.Equal("0 1", string.Join(" ", second.TrackIds));
            Expect.Color(Toy.Mouth(second.Result.Photo), 0, 255, 0);
            Expect.Error(Status.InvalidArgument, "", () => video.Reconstruct(two, 0));
            video.Reset();
            Expect.True(video.Reconstruct(two, 0).DetectorRan, "anew");
            IList<FrameResult> more = video.ReconstructFrames(
                new ImageSource[] { two, two }, new[] { 0.04, 0.08 });
            Expect.Equal(2, more.Count);
            Expect.True(more[0].DetectorRan && !more[1].DetectorRan, "detector of frames");
            Expect.Equal("2 3", string.Join(" ", more[1].TrackIds));
            Expect.Color(Toy.Mouth(more[1].Result.Photo), 0, 255, 0);
        }
        options.MaskSeconds = 99;
        Expect.Error(Status.InvalidArgument, "", () => Open(options));
    }

    public void CallbacksLiveAsLongAsTheVideo()
    {
        bool fails = false;
        int reports = 0;
        var options = new VideoOptions();
        options.Reconstruct.Progress = (step, done, total) =>
        {
            ++reports;
            if (fails) throw new KeyNotFoundException("of mine");
        };
        using (Video video = Open(options))
        {
            GC.Collect();
            video.Reconstruct(Toy.Photo(), 0);
            Expect.True(reports > 0, "progress");
            fails = true;
            Expect.Throws<KeyNotFoundException>(() => video.Reconstruct(Toy.Photo(), 1));
            fails = false;
            Expect.Equal(1, video.Reconstruct(Toy.Photo(), 2).Result.Faces.Count);
        }
    }
}
