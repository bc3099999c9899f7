// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace Demask
{
    /// <summary>A rectangle in pixels; (0, 0) is the center of the top left pixel of the
    /// image.</summary>
    public struct Box
    {
        public Box(float x, float y, float width, float height)
        {
            X = x;
            Y = y;
            Width = width;
            Height = height;
        }

        public readonly float X;
        public readonly float Y;
        public readonly float Width;
        public readonly float Height;

        internal static Box Of(float[] box) { return new Box(box[0], box[1], box[2], box[3]); }
        internal float[] ToArray() { return new[] { X, Y, Width, Height }; }
    }

    /// <summary>A set of facial landmarks.</summary>
    public sealed class Landmarks
    {
        /// <param name="points">x and y, in pixels, of each of the 68 or 98 points.</param>
        /// <param name="confidence">One number in [0, 1] for each point; null if unknown.</param>
        public Landmarks(float[] points, float[] confidence = null)
        {
            if (points == null) throw new ArgumentNullException("points");
            if (points.Length != 2 * (int)LandmarkScheme.Ibug68 &&
                points.Length != 2 * (int)LandmarkScheme.Wflw98)
                throw new DemaskException(
                    Status.InvalidArgument,
                    "points: has " + points.Length + " numbers; pass x and y of 68 or 98 points");
            if (confidence != null && 2 * confidence.Length != points.Length)
                throw new DemaskException(
                    Status.InvalidArgument,
                    "confidence: has " + confidence.Length + " numbers; pass one for each point");
            Points = points;
            Confidence = confidence;
        }

        public float[] Points { get; private set; }
        public float[] Confidence { get; private set; }
        public LandmarkScheme Scheme { get { return (LandmarkScheme)(Points.Length / 2); } }

        /// <summary>Returns the 68 points that inpainters see: a copy of an iBUG set, or the points
        /// of a WFLW set at the same places of the face.</summary>
        public Landmarks ToIbug68()
        {
            Library.Require();
            using (var pins = new Pins())
            {
                NativeLandmarks native = ToNative(pins);
                LandmarkSetHandle converted;
                Library.Check(Native.demask_landmarks_to_ibug68(ref native, out converted));
                return OfHandle(converted);
            }
        }

        /// <summary>Returns the similarity transform from the photo to the canonical face of `size`
        /// pixels, as two rows of three numbers. It puts the eye centers at (0.35, 0.42) and (0.65,
        /// 0.42) of the side. A face whose chin would lie below 0.945 is shrunk around the midpoint
        /// of its eyes until the chin lies there.</summary>
        public double[] CanonicalSimilarity(int size = 256)
        {
            Library.Require();
            var matrix = new double[6];
            using (var pins = new Pins())
            {
                NativeLandmarks native = ToNative(pins);
                Library.Check(Native.demask_canonical_similarity(ref native, size, matrix));
            }
            return matrix;
        }

        /// <summary>Returns the canonical face that segmenter, gender classifier and inpainter
        /// take.</summary>
        public Pixels CanonicalFace(ImageSource photo, int size = 256)
        {
            Library.Require();
            using (var pins = new Pins())
            using (ImageView view = ImageView.Of(photo, "photo"))
            {
                NativeLandmarks native = ToNative(pins);
                ImageHandle image;
                Library.Check(
                    Native.demask_canonical_face(ref view.View, ref native, size, out image));
                return Pixels.OfHandle(image);
            }
        }

        internal NativeLandmarks ToNative(Pins pins)
        {
            return new NativeLandmarks
            {
                struct_size = Struct.SizeOf<NativeLandmarks>(),
                scheme = (int)Scheme,
                count = Points.Length / 2,
                points = pins.Add(Points),
                confidence = pins.Add(Confidence)
            };
        }

        internal static NativeLandmarks Empty
        {
            get
            {
                return new NativeLandmarks { struct_size = Struct.SizeOf<NativeLandmarks>() };
            }
        }

        /// Copies landmarks that belong to the library.
        internal static Landmarks Of(NativeLandmarks native)
        {
            return new Landmarks(Floats(native.points, 2 * native.count),
                                 native.confidence == IntPtr.Zero
                                     ? null : Floats(native.confidence, native.count));
        }

        /// Copies a landmark set of the library and frees it.
        internal static Landmarks OfHandle(LandmarkSetHandle set)
        {
            using (set)
            {
                NativeLandmarks native = Empty;
                Library.Check(Native.demask_landmark_set_get(set, ref native));
                return Of(native);
            }
        }

        internal static float[] Floats(IntPtr from, int count)
        {
            var values = new float[count];
            Marshal.Copy(from, values, 0, count);
            return values;
        }
    }
}
