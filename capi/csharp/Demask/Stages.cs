// SPDX-License-Identifier: Apache-2.0

// The stages of the pipeline, each called alone. Any number of threads may use one object at once.
using System;
using System.Collections.Generic;
using System.Linq;

namespace Demask
{
    /// <summary>A face that was found.</summary>
    public sealed class Detection
    {
        public Box Box { get; internal set; }
        public float Score { get; internal set; }
        /// <summary>x, y of right eye, left eye, nose, right and left mouth corner.</summary>
        public float[] Points { get; internal set; }
    }

    /// <summary>Finds faces, masked or bare.</summary>
    public sealed class FaceDetector : IDisposable
    {
        private readonly FaceDetectorHandle handle;

        public FaceDetector(Bundle bundle, RuntimeOptions options = null)
        {
            using (var pins = new Pins())
            {
                NativeRuntimeOptions native = (options ?? new RuntimeOptions()).ToNative(pins);
                Library.Check(
                    Native.demask_face_detector_load(bundle.Handle, ref native, out handle));
            }
        }

        /// <summary>Returns the faces of a photo, best score first.</summary>
        public IList<Detection> Detect(ImageSource photo, DetectOptions options = null)
        {
            NativeDetectOptions native = (options ?? new DetectOptions()).ToNative();
            using (ImageView view = ImageView.Of(photo, "photo"))
            {
                DetectionsHandle found;
                Library.Check(Native.demask_face_detector_detect(
                    handle, ref view.View, ref native, out found));
                using (found)
                    return Enumerable.Range(0, Native.demask_detections_count(found))
                        .Select(index => DetectionOf(found, index)).ToList();
            }
        }

        public void Dispose() { handle.Dispose(); }

        private static Detection DetectionOf(DetectionsHandle found, int index)
        {
            var native = new NativeDetection { struct_size = Struct.SizeOf<NativeDetection>() };
            Library.Check(Native.demask_detections_get(found, index, ref native));
            return new Detection
            {
                Box = Box.Of(native.box), Score = native.score, Points = native.points
            };
        }
    }

    /// <summary>Finds landmarks, including those under a mask.</summary>
    public sealed class LandmarkDetector : IDisposable
    {
        private readonly LandmarkDetectorHandle handle;

        public LandmarkDetector(Bundle bundle, RuntimeOptions options = null)
        {
            using (var pins = new Pins())
            {
                NativeRuntimeOptions native = (options ?? new RuntimeOptions()).ToNative(pins);
                Library.Check(
                    Native.demask_landmark_detector_load(bundle.Handle, ref native, out handle));
            }
        }

        /// <summary>Returns the landmarks of the face in a box, in pixels of the photo.</summary>
        /// <param name="roll">Rotation of the line between the eyes in radians, positive from x
        /// toward y.</param>
        public Landmarks Detect(ImageSource photo, Box box, float roll = 0)
        {
            using (ImageView view = ImageView.Of(photo, "photo"))
            {
                LandmarkSetHandle set;
                Library.Check(Native.demask_landmark_detector_detect(
                    handle, ref view.View, box.ToArray(), roll, out set));
                return Landmarks.OfHandle(set);
            }
        }

        public void Dispose() { handle.Dispose(); }
    }

    /// <summary>A worn mask: probabilities over a rectangle of the image.</summary>
    public sealed class Mask
    {
        public int X { get; internal set; }
        public int Y { get; internal set; }
        public int Width { get; internal set; }
        public int Height { get; internal set; }
        public float Score { get; internal set; }
        /// <summary>Probability of mask: Height x Width numbers in [0, 1], row by row.</summary>
        public float[] Probability { get; internal set; }
        /// <summary>Probability of straps: Height x Width numbers in [0, 1], row by row; null if
        /// the model does not segment straps.</summary>
        public float[] Straps { get; internal set; }
    }

    /// <summary>Finds the pixels that worn masks cover.</summary>
    public sealed class Segmenter : IDisposable
    {
        private readonly SegmenterHandle handle;

        public Segmenter(Bundle bundle, RuntimeOptions options = null)
        {
            using (var pins = new Pins())
            {
                NativeRuntimeOptions native = (options ?? new RuntimeOptions()).ToNative(pins);
                Library.Check(Native.demask_segmenter_load(bundle.Handle, ref native, out handle));
            }
            int input;
            float threshold;
            Library.Check(Native.demask_segmenter_get_input(handle, out input, out threshold));
            Input = (SegmenterInput)input;
            Threshold = threshold;
        }

        public SegmenterInput Input { get; private set; }
        /// <summary>Minimum probability of a mask pixel.</summary>
        public float Threshold { get; private set; }

        /// <summary>Returns the masks of an image, best score first; exactly one for a canonical
        /// face.</summary>
        public IList<Mask> Segment(ImageSource image)
        {
            using (ImageView view = ImageView.Of(image, "image"))
            {
                MasksHandle found;
                Library.Check(Native.demask_segmenter_segment(handle, ref view.View, out found));
                using (found)
                    return Enumerable.Range(0, Native.demask_masks_count(found))
                        .Select(index => MaskOf(found, index)).ToList();
            }
        }

        public void Dispose() { handle.Dispose(); }

        private static Mask MaskOf(MasksHandle found, int index)
        {
            var native = new NativeMask { struct_size = Struct.SizeOf<NativeMask>() };
            Library.Check(Native.demask_masks_get(found, index, ref native));
            return new Mask
            {
                X = native.x,
                Y = native.y,
                Width = native.width,
                Height = native.height,
                Score = native.score,
                Probability = Landmarks.Floats(native.probability, native.width * native.height),
                Straps = native.straps == IntPtr.Zero
                    ? null
                    : Landmarks.Floats(native.straps, native.width * native.height)
            };
        }
    }

    /// <summary>Which generator fits a face. It says nothing about a person.</summary>
    public sealed class GenderEstimate
    {
        public Gender Gender { get; internal set; }
        /// <summary>Probability of Gender, in [0.5, 1].</summary>
        public float Probability { get; internal set; }
    }

    /// <summary>Chooses between the two generators.</summary>
    public sealed class GenderClassifier : IDisposable
    {
        private readonly GenderClassifierHandle handle;

        public GenderClassifier(Bundle bundle, RuntimeOptions options = null)
        {
            using (var pins = new Pins())
            {
                NativeRuntimeOptions native = (options ?? new RuntimeOptions()).ToNative(pins);
                Library.Check(
                    Native.demask_gender_classifier_load(bundle.Handle, ref native, out handle));
            }
        }

        /// <summary>Classifies a canonical face.</summary>
        public GenderEstimate Classify(ImageSource face)
        {
            using (ImageView view = ImageView.Of(face, "face"))
            {
                int gender;
                float probability;
                Library.Check(Native.demask_gender_classifier_classify(
                    handle, ref view.View, out gender, out probability));
                return new GenderEstimate { Gender = (Gender)gender, Probability = probability };
            }
        }

        public void Dispose() { handle.Dispose(); }
    }

    /// <summary>Paints the masked part of canonical faces.</summary>
    public sealed class Inpainter : IDisposable
    {
        private readonly InpainterHandle handle;

        /// <param name="gender">Female or Male, which chooses the generator.</param>
        public Inpainter(Bundle bundle, Gender gender, RuntimeOptions options = null)
        {
            using (var pins = new Pins())
            {
                NativeRuntimeOptions native = (options ?? new RuntimeOptions()).ToNative(pins);
                Library.Check(Native.demask_inpainter_load(
                    bundle.Handle, (int)gender, ref native, out handle));
            }
        }

        /// <summary>Paints one canonical face and returns it as RGB. Pixels outside the mask stay
        /// those of the face; if they are gray, so is the painting.</summary>
        /// <param name="mask">Gray, of the size of the face; pixels of level 128 or more are
        /// painted.</param>
        /// <param name="landmarks">In pixels of the face.</param>
        public Pixels Inpaint(ImageSource face, Pixels mask, Landmarks landmarks)
        {
            using (var pins = new Pins())
            using (ImageView faceView = ImageView.Of(face, "face"))
            using (ImageView maskView = ImageView.Of(mask, "mask"))
            {
                NativeLandmarks native = landmarks.ToNative(pins);
                ImageHandle image;
                Library.Check(Native.demask_inpainter_inpaint(
                    handle, ref faceView.View, ref maskView.View, ref native, out image));
                return Pixels.OfHandle(image);
            }
        }

        public void Dispose() { handle.Dispose(); }
    }
}
