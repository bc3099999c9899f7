// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Demask
{
    /// <summary>Where and how models run; fixed when the models are loaded.</summary>
    public sealed class RuntimeOptions
    {
        public RuntimeOptions()
        {
            Library.Require();
            var from = new NativeRuntimeOptions
            {
                struct_size = Struct.SizeOf<NativeRuntimeOptions>()
            };
            Library.Check(Native.demask_runtime_default_options(ref from));
            Device = Utf8.Text(from.device);
            DType = (DType)from.dtype;
            Threads = from.threads;
        }

        /// <summary>"cpu", "cuda" or "cuda:N".</summary>
        public string Device { get; set; }
        public DType DType { get; set; }
        /// <summary>Intra-op threads of a call; 0 keeps the number that the process has
        /// set.</summary>
        public int Threads { get; set; }

        internal NativeRuntimeOptions ToNative(Pins pins)
        {
            return new NativeRuntimeOptions
            {
                struct_size = Struct.SizeOf<NativeRuntimeOptions>(),
                device = pins.Add(Utf8.Bytes(Device)),
                dtype = (int)DType,
                threads = Threads
            };
        }
    }

    /// <summary>Parameters of a detection.</summary>
    public sealed class DetectOptions
    {
        public DetectOptions()
        {
            Library.Require();
            var from = new NativeDetectOptions
            {
                struct_size = Struct.SizeOf<NativeDetectOptions>()
            };
            Library.Check(Native.demask_detect_default_options(ref from));
            ScoreThreshold = from.score_threshold;
            NmsIou = from.nms_iou;
            MinFaceSize = from.min_face_size;
        }

        /// <summary>Minimum score of a face, in [0, 1]; if negative, the model's own.</summary>
        public float ScoreThreshold { get; set; }
        /// <summary>In [0, 1]: boxes whose intersection over union with a better box is larger
        /// are dropped.</summary>
        public float NmsIou { get; set; }
        /// <summary>Smallest larger side of a face to search for: from 1 in pixels of the photo,
        /// below 1 as a fraction of the photo's longer side. Smaller faces may be found as
        /// well.</summary>
        public float MinFaceSize { get; set; }

        internal NativeDetectOptions ToNative()
        {
            return new NativeDetectOptions
            {
                struct_size = Struct.SizeOf<NativeDetectOptions>(),
                score_threshold = ScoreThreshold,
                nms_iou = NmsIou,
                min_face_size = MinFaceSize
            };
        }
    }

    /// <summary>Called when `done` of `total` units of a step are done.</summary>
    public delegate void ProgressHandler(PipelineStep step, int done, int total);

    /// <summary>Another photo of the person of a masked face, in which the face is bare.</summary>
    public sealed class ReferencePhoto
    {
        public ReferencePhoto(Pixels photo) { Photo = photo; }

        public Pixels Photo { get; set; }
        /// <summary>Where its face is, in pixels of it; null for its largest face.</summary>
        public Box? Box { get; set; }
        /// <summary>Which face it shows: its index in Result.Faces, in a video its track id; null
        /// for the largest of the masked faces that are reconstructed.</summary>
        public int? FaceIndex { get; set; }
    }

    /// <summary>Parameters of one reconstruction; demask.h gives their ranges.</summary>
    public sealed class ReconstructOptions
    {
        public ReconstructOptions()
        {
            Library.Require();
            var from = new NativeReconstructOptions
            {
                struct_size = Struct.SizeOf<NativeReconstructOptions>()
            };
            Library.Check(Native.demask_reconstruct_default_options(ref from));
            Gender = (Gender)from.gender;
            GenderMargin = from.gender_margin;
            BothWhenUncertain = from.both_when_uncertain != 0;
            MaskInverted = from.mask_inverted != 0;
            MaskDilation = from.mask_dilation;
            Blend = (BlendMode)from.blend;
            Selection = (FaceSelection)from.selection;
            FaceIndex = from.face_index;
            DetectionThreshold = from.detection_threshold;
            SegmentationThreshold = from.segmentation_threshold;
            MinFaceSize = from.min_face_size;
            MinMaskArea = from.min_mask_area;
            MinLandmarkConfidence = from.min_landmark_confidence;
            Quality = (Quality)from.quality;
            SearchSteps = from.search_steps;
            SearchSeconds = from.search_seconds;
            Variants = from.variants;
            Diversity = from.diversity;
            Seed = from.seed;
            Expression = (Expression)from.expression;
            MaxPixels = from.max_pixels;
        }

        public Gender Gender { get; set; }
        public float GenderMargin { get; set; }
        /// <summary>Whether to also return the photo with uncertain faces painted by the other
        /// generator.</summary>
        public bool BothWhenUncertain { get; set; }
        /// <summary>A mask to use instead of the segmenter's: gray, of the photo's size; null for
        /// none.</summary>
        public Pixels Mask { get; set; }
        public bool MaskInverted { get; set; }
        /// <summary>Face boxes to use instead of the detector's; null for none.</summary>
        public IList<Box> Boxes { get; set; }
        /// <summary>Landmarks to use instead of the detector's, one set per face; null for
        /// none.</summary>
        public IList<Landmarks> Landmarks { get; set; }
        public float MaskDilation { get; set; }
        public BlendMode Blend { get; set; }
        public FaceSelection Selection { get; set; }
        public int FaceIndex { get; set; }
        public float DetectionThreshold { get; set; }
        public float SegmentationThreshold { get; set; }
        /// <summary>From 1 in pixels of the photo, below 1 a fraction of its longer side.</summary>
        public float MinFaceSize { get; set; }
        public float MinMaskArea { get; set; }
        /// <summary>Minimum mean confidence of a face's landmarks, in [0, 1]; if negative, the
        /// model's own. Faces below it are left untouched. Landmarks given by the caller are always
        /// used.</summary>
        public float MinLandmarkConfidence { get; set; }
        /// <summary>How carefully faces are painted. A bundle without Stage.InpainterPrior paints
        /// all of them with Quality.Fast.</summary>
        public Quality Quality { get; set; }
        /// <summary>Steps of the search of Quality.Best, 0 to 1000.</summary>
        public int SearchSteps { get; set; }
        /// <summary>Ends the search of each face after this time; 0 for no limit.</summary>
        public double SearchSeconds { get; set; }
        /// <summary>Number of plausible faces for each masked face, 1 to 16. More than 1 needs
        /// Stage.ShapeModel.</summary>
        public int Variants { get; set; }
        /// <summary>How much the variants differ, in [0, 1]: 0 repeats the most likely face; at 1
        /// they differ as faces with equal visible parts do.</summary>
        public float Diversity { get; set; }
        /// <summary>Equal seeds give equal variants.</summary>
        public ulong Seed { get; set; }
        /// <summary>The expression of all painted faces. Any but AsFound needs
        /// Stage.ShapeModel.</summary>
        public Expression Expression { get; set; }
        /// <summary>Photos of the persons of masked faces, without masks: at most 4 for one face;
        /// null for none. What the mask hides is taken from the one whose head is turned most like
        /// the masked face.</summary>
        public IList<ReferencePhoto> References { get; set; }
        public long MaxPixels { get; set; }
        /// <summary>Called on the calling thread. An exception in it ends the call, which then
        /// throws it.</summary>
        public ProgressHandler Progress { get; set; }
        /// <summary>Called on the calling thread; returns whether to stop. An exception in it ends
        /// the call, which then throws it.</summary>
        public Func<bool> Abort { get; set; }
    }

    /// The options of one call in the form that the library takes. Keeps exceptions of callbacks
    /// until the library has returned.
    internal sealed class ReconstructCall : IDisposable
    {
        internal NativeReconstructOptions Native;
        private readonly ReconstructOptions options;
        private readonly Pins pins = new Pins();
        private readonly List<ImageView> views = new List<ImageView>();
        private readonly ProgressCallback progress;
        private readonly AbortCallback abort;
        private ExceptionDispatchInfo thrown;

        internal ReconstructCall(ReconstructOptions given)
        {
            options = given ?? new ReconstructOptions();
            progress = OnProgress;
            abort = ShouldStop;
            SetNumbers();
            SetFaces();
            SetReferences();
            if (options.Progress != null)
                Native.progress_callback = Marshal.GetFunctionPointerForDelegate(progress);
            if (options.Progress != null || options.Abort != null)
                Native.abort_callback = Marshal.GetFunctionPointerForDelegate(abort);
        }

        /// Throws the exception of a callback or, if there is none, the library's error.
        internal void Check(Status status)
        {
            GC.KeepAlive(progress);
            GC.KeepAlive(abort);
            ExceptionDispatchInfo error = thrown;
            thrown = null;
            if (error != null) error.Throw();
            Library.Check(status);
        }

        public void Dispose()
        {
            foreach (ImageView view in views) view.Dispose();
            pins.Dispose();
        }

        private void SetNumbers()
        {
            Native = new NativeReconstructOptions
            {
                struct_size = Struct.SizeOf<NativeReconstructOptions>(),
                gender = (int)options.Gender,
                gender_margin = options.GenderMargin,
                both_when_uncertain = options.BothWhenUncertain ? 1 : 0,
                mask_inverted = options.MaskInverted ? 1 : 0,
                mask_dilation = options.MaskDilation,
                blend = (int)options.Blend,
                selection = (int)options.Selection,
                face_index = options.FaceIndex,
                detection_threshold = options.DetectionThreshold,
                segmentation_threshold = options.SegmentationThreshold,
                min_face_size = options.MinFaceSize,
                min_mask_area = options.MinMaskArea,
                min_landmark_confidence = options.MinLandmarkConfidence,
                search_seconds = options.SearchSeconds,
                quality = (int)options.Quality,
                search_steps = options.SearchSteps,
                variants = options.Variants,
                diversity = options.Diversity,
                seed = options.Seed,
                expression = (int)options.Expression,
                max_pixels = options.MaxPixels
            };
        }

        private void SetFaces()
        {
            if (options.Mask != null)
            {
                views.Add(new PixelsView(options.Mask));
                // An array of one element, because a single struct cannot be pinned in place.
                Native.mask = pins.Add(new[] { views[0].View });
            }
            if (options.Boxes != null && options.Boxes.Count > 0)
            {
                Native.boxes = pins.Add(options.Boxes.SelectMany(box => box.ToArray()).ToArray());
                Native.box_count = options.Boxes.Count;
            }
            if (options.Landmarks != null && options.Landmarks.Count > 0)
            {
                Native.landmarks =
                    pins.Add(options.Landmarks.Select(set => set.ToNative(pins)).ToArray());
                Native.landmarks_count = options.Landmarks.Count;
            }
        }

        private void SetReferences()
        {
            if (options.References == null || options.References.Count == 0) return;
            // As bytes, because a struct with an array cannot be pinned in place.
            int size = Marshal.SizeOf(typeof(NativeReferencePhoto));
            Native.references = pins.Add(new byte[size * options.References.Count]);
            Native.reference_count = options.References.Count;
            for (int i = 0; i < options.References.Count; ++i)
                Marshal.StructureToPtr(ToNative(options.References[i]),
                                       IntPtr.Add(Native.references, i * size), false);
        }

        private NativeReferencePhoto ToNative(ReferencePhoto reference)
        {
            if (reference.FaceIndex < 0)
                throw new ArgumentOutOfRangeException("FaceIndex", "count from 0");
            var view = new PixelsView(reference.Photo);
            views.Add(view);
            return new NativeReferencePhoto
            {
                struct_size = Struct.SizeOf<NativeReferencePhoto>(),
                photo = pins.Add(new[] { view.View }),
                box = reference.Box.HasValue ? reference.Box.Value.ToArray() : new float[4],
                face_index = reference.FaceIndex ?? -1
            };
        }

        private void OnProgress(IntPtr userData, int step, int done, int total)
        {
            if (thrown != null) return;
            try { options.Progress((PipelineStep)step, done, total); }
            catch (Exception error) { thrown = ExceptionDispatchInfo.Capture(error); }
        }

        private int ShouldStop(IntPtr userData)
        {
            if (thrown != null) return 1;
            try { return options.Abort != null && options.Abort() ? 1 : 0; }
            catch (Exception error) { thrown = ExceptionDispatchInfo.Capture(error); }
            return 1;
        }
    }
}
