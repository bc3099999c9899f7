// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;

namespace Demask
{
    /// <summary>Parameters of a video; demask.h gives their ranges.</summary>
    public sealed class VideoOptions
    {
        public VideoOptions()
        {
            Library.Require();
            var from = new NativeVideoOptions { struct_size = Struct.SizeOf<NativeVideoOptions>() };
            Library.Check(Native.demask_video_default_options(ref from));
            Reconstruct = new ReconstructOptions();
            LandmarkCutoff = from.landmark_cutoff;
            LandmarkBeta = from.landmark_beta;
            MaskSeconds = from.mask_seconds;
            PaintSeconds = from.paint_seconds;
            DetectInterval = from.detect_interval;
        }

        /// <summary>Options as for photos. Mask, Boxes, Landmarks and BothWhenUncertain must not be
        /// set, nor Quality.Best; Quality.Default is Fast. With FaceSelection.Index, FaceIndex is a
        /// track id.</summary>
        public ReconstructOptions Reconstruct { get; set; }
        /// <summary>Cutoff frequency of the landmark filter for a still face, in Hz. Lower values
        /// are steadier.</summary>
        public double LandmarkCutoff { get; set; }
        /// <summary>How much the cutoff rises with speed, in Hz per eye distance per
        /// second.</summary>
        public double LandmarkBeta { get; set; }
        /// <summary>Seconds over which masks are averaged.</summary>
        public double MaskSeconds { get; set; }
        /// <summary>Seconds over which painted pixels are averaged.</summary>
        public double PaintSeconds { get; set; }
        /// <summary>Number of frames from one run of the detector to the next.</summary>
        public int DetectInterval { get; set; }

        internal NativeVideoOptions ToNative(ReconstructCall call, Pins pins)
        {
            return new NativeVideoOptions
            {
                struct_size = Struct.SizeOf<NativeVideoOptions>(),
                reconstruct = pins.Add(new[] { call.Native }),
                landmark_cutoff = LandmarkCutoff,
                landmark_beta = LandmarkBeta,
                mask_seconds = MaskSeconds,
                paint_seconds = PaintSeconds,
                detect_interval = DetectInterval
            };
        }
    }

    /// <summary>The result for one frame.</summary>
    public sealed class FrameResult
    {
        /// <summary>The result as for a photo, but with faces in the order of their track
        /// ids.</summary>
        public Result Result { get; internal set; }
        /// <summary>One id for each face. Ids count from 0 in the order in which faces
        /// appear.</summary>
        public IList<long> TrackIds { get; internal set; }
        /// <summary>Whether the detector ran on this frame.</summary>
        public bool DetectorRan { get; internal set; }
        /// <summary>Whether this frame shows another scene than the previous one.</summary>
        public bool SceneCut { get; internal set; }
    }

    /// <summary>The state of one video stream. Calls from several threads wait for each other.
    /// Several streams may share a reconstructor and run at the same time.</summary>
    public sealed class Video : IDisposable
    {
        private readonly VideoHandle handle;
        // Kept alive because the library keeps using its callbacks.
        private readonly ReconstructCall call;
        private readonly object turn = new object();

        /// <param name="reconstructor">It may be disposed of afterward.</param>
        public Video(Reconstructor reconstructor, VideoOptions options = null)
        {
            VideoOptions given = options ?? new VideoOptions();
            call = new ReconstructCall(given.Reconstruct);
            using (var pins = new Pins())
            {
                NativeVideoOptions native = given.ToNative(call, pins);
                Library.Check(
                    Native.demask_video_create(reconstructor.Handle, ref native, out handle));
            }
        }

        /// <summary>Reconstructs the next frame.</summary>
        /// <param name="seconds">Time of the frame, greater than that of the previous
        /// frame.</param>
        public FrameResult Reconstruct(ImageSource frame, double seconds)
        {
            var info = new NativeVideoInfo { struct_size = Struct.SizeOf<NativeVideoInfo>() };
            ResultHandle result;
            using (ImageView view = ImageView.Of(frame, "frame"))
            {
                lock (turn)
                    call.Check(Native.demask_video_reconstruct(
                        handle, ref view.View, seconds, ref info, out result));
            }
            using (result)
                return FrameOf(result.DangerousGetHandle());
        }

        /// <summary>Reconstructs several frames at once. The result is the same to the bit as with
        /// Reconstruct(), but takes less time; it works best with as many frames as threads. An
        /// error in one frame ends the call.</summary>
        /// <param name="seconds">One time for each frame, each greater than the one
        /// before.</param>
        public IList<FrameResult> ReconstructFrames(IList<ImageSource> frames,
                                                    IList<double> seconds)
        {
            if (frames.Count != seconds.Count)
                throw new ArgumentException("give one time for each frame", "seconds");
            var views = new List<ImageView>();
            try
            {
                foreach (ImageSource frame in frames) views.Add(ImageView.Of(frame, "frames"));
                BatchHandle batch;
                lock (turn)
                    call.Check(Native.demask_video_reconstruct_frames(
                        handle, views.Select(view => view.View).ToArray(), seconds.ToArray(),
                        views.Count, out batch));
                using (batch)
                    return Enumerable.Range(0, views.Count)
                        .Select(index => FrameOf(batch, index)).ToList();
            }
            finally
            {
                foreach (ImageView view in views) view.Dispose();
            }
        }

        /// <summary>Drops all tracks and the time of the last frame; call it before another
        /// stream.</summary>
        public void Reset()
        {
            lock (turn) Native.demask_video_reset(handle);
        }

        public void Dispose()
        {
            lock (turn)
            {
                handle.Dispose();
                call.Dispose();
            }
        }

        private static FrameResult FrameOf(BatchHandle batch, int index)
        {
            IntPtr result;
            Library.Check(Native.demask_batch_result(batch, index, out result));
            return FrameOf(result);
        }

        private static FrameResult FrameOf(IntPtr result)
        {
            var info = new NativeVideoInfo { struct_size = Struct.SizeOf<NativeVideoInfo>() };
            Library.Check(Native.demask_video_frame_info(result, ref info));
            var copy = new Result(result);
            return new FrameResult
            {
                Result = copy,
                TrackIds = Enumerable.Range(0, copy.Faces.Count)
                    .Select(index => TrackId(result, index)).ToList(),
                DetectorRan = info.detector_ran != 0,
                SceneCut = info.scene_cut != 0
            };
        }

        private static long TrackId(IntPtr result, int index)
        {
            long id;
            Library.Check(Native.demask_video_track_id(result, index, out id));
            return id;
        }
    }
}
