// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;

namespace Demask
{
    /// <summary>Everything that was painted: the grown mask and the straps that leave it.</summary>
    public sealed class FaceMask
    {
        /// <summary>X and Y are the pixel of the photo under the top left pixel of the
        /// mask.</summary>
        public int X { get; internal set; }
        public int Y { get; internal set; }
        /// <summary>Gray; 255 where a pixel was painted.</summary>
        public Pixels Pixels { get; internal set; }
    }

    /// <summary>One of several plausible faces.</summary>
    public sealed class FaceVariant
    {
        /// <summary>The painted canonical face, RGB, of the size of AlignedAfter.</summary>
        public Pixels Aligned { get; internal set; }
        /// <summary>The landmarks it was painted with, in pixels of the photo.</summary>
        public Landmarks Landmarks { get; internal set; }
        /// <summary>In (0, 1]: the density of its landmarks over that of the first variant, to the
        /// power of 1 over the number of coordinates.</summary>
        public float Likelihood { get; internal set; }
    }

    /// <summary>What was found and done for one face. Images that the library did not make are
    /// null.</summary>
    public sealed class Face
    {
        public FaceStatus Status { get; internal set; }
        /// <summary>How the face was painted, if it was reconstructed.</summary>
        public Quality Quality { get; internal set; }
        /// <summary>Why the face is untouched, in one English sentence with the measured value and
        /// its limit; "" if it is reconstructed.</summary>
        public string Reason { get; internal set; }
        public Box Box { get; internal set; }
        public float Score { get; internal set; }
        public Gender Gender { get; internal set; }
        public float GenderProbability { get; internal set; }
        public bool GenderUncertain { get; internal set; }
        public Landmarks Landmarks { get; internal set; }
        public FaceMask Mask { get; internal set; }
        /// <summary>The canonical face before reconstruction, RGB, square: 128 to 512
        /// pixels wide.</summary>
        public Pixels AlignedBefore { get; internal set; }
        /// <summary>The canonical hole, gray, of its size.</summary>
        public Pixels AlignedMask { get; internal set; }
        /// <summary>The reconstructed canonical face, RGB, of its size.</summary>
        public Pixels AlignedAfter { get; internal set; }
        /// <summary>The canonical face painted by the other generator, with
        /// BothWhenUncertain.</summary>
        public Pixels AlignedAlternative { get; internal set; }
        /// <summary>With Variants above 1: that many faces; the first is the one in
        /// AlignedAfter.</summary>
        public IList<FaceVariant> Variants { get; internal set; }
        /// <summary>What was taken from a reference photo.</summary>
        public ReferenceUse Reference { get; internal set; }
        /// <summary>Why no more was taken, in one English sentence; "" unless Reference is Shape or
        /// Refused.</summary>
        public string ReferenceReason { get; internal set; }
        public IDictionary<PipelineStep, double> Milliseconds { get; internal set; }
    }

    /// <summary>The result for one photo. All members are independent copies.</summary>
    public sealed class Result
    {
        /// <summary>The photo, in the size and pixel format of the input.</summary>
        public Pixels Photo { get; private set; }
        /// <summary>Gray: 255 where a pixel may differ from the input.</summary>
        public Pixels Changed { get; private set; }
        /// <summary>The photo with uncertain faces painted by the other generator, or
        /// null.</summary>
        public Pixels AlternativePhoto { get; private set; }
        /// <summary>With Variants above 1 and a painted face: that many photos, each with that
        /// variant of every face; the first equals Photo.</summary>
        public IList<Pixels> VariantPhotos { get; private set; }
        public double DetectMilliseconds { get; private set; }
        /// <summary>All detected faces, whatever their status, best score first.</summary>
        public IList<Face> Faces { get; private set; }

        private delegate Status ResultImage(IntPtr result, ref NativeImageView view);
        private delegate Status FaceImage(IntPtr result, int index, ref NativeImageView view);

        internal Result(IntPtr result)
        {
            Photo = ImageOf(result, Native.demask_result_photo);
            Changed = ImageOf(result, Native.demask_result_changed);
            AlternativePhoto = ImageOf(result, Native.demask_result_alternative_photo);
            int variants = Native.demask_result_variant_count(result);
            VariantPhotos = Enumerable.Range(0, variants)
                .Select(variant =>
                    ImageOf(result, variant, Native.demask_result_variant_photo)).ToList();
            DetectMilliseconds = Native.demask_result_detect_milliseconds(result);
            int count = Native.demask_result_face_count(result);
            Faces = Enumerable.Range(0, count).Select(index => FaceOf(result, index)).ToList();
        }

        /// Copies a result of the library and frees it.
        internal static Result Of(ResultHandle handle)
        {
            using (handle) return new Result(handle.DangerousGetHandle());
        }

        private static Pixels ImageOf(IntPtr result, ResultImage get)
        {
            NativeImageView view = ImageView.Empty;
            Library.Check(get(result, ref view));
            return Pixels.OfView(view);
        }

        private static Pixels ImageOf(IntPtr result, int index, FaceImage get)
        {
            NativeImageView view = ImageView.Empty;
            Library.Check(get(result, index, ref view));
            return Pixels.OfView(view);
        }

        private static Face FaceOf(IntPtr result, int index)
        {
            var face = new NativeFace { struct_size = Struct.SizeOf<NativeFace>() };
            Library.Check(Native.demask_result_face(result, index, ref face));
            return new Face
            {
                Status = (FaceStatus)face.status,
                Quality = (Quality)face.quality,
                Reason = Utf8.Text(Native.demask_result_face_reason(result, index)),
                Box = Box.Of(face.box),
                Score = face.score,
                Gender = (Gender)face.gender,
                GenderProbability = face.gender_probability,
                GenderUncertain = face.gender_uncertain != 0,
                Landmarks = face.has_landmarks != 0 ? LandmarksOf(result, index) : null,
                Mask = face.has_mask != 0 ? MaskOf(result, index) : null,
                AlignedBefore = ImageOf(result, index, Native.demask_result_face_aligned_before),
                AlignedMask = ImageOf(result, index, Native.demask_result_face_aligned_mask),
                AlignedAfter = ImageOf(result, index, Native.demask_result_face_aligned_after),
                AlignedAlternative =
                    ImageOf(result, index, Native.demask_result_face_aligned_alternative),
                Variants = Enumerable.Range(0, face.variant_count)
                    .Select(variant => VariantOf(result, index, variant)).ToList(),
                Reference = (ReferenceUse)face.reference,
                ReferenceReason =
                    Utf8.Text(Native.demask_result_face_reference_reason(result, index)),
                Milliseconds = ((PipelineStep[])Enum.GetValues(typeof(PipelineStep)))
                    .ToDictionary(step => step, step => MillisecondsOf(result, index, step))
            };
        }

        private static FaceVariant VariantOf(IntPtr result, int index, int variant)
        {
            NativeImageView view = ImageView.Empty;
            Library.Check(
                Native.demask_result_face_variant_aligned(result, index, variant, ref view));
            NativeLandmarks landmarks = Landmarks.Empty;
            Library.Check(Native.demask_result_face_variant_landmarks(
                result, index, variant, ref landmarks));
            float likelihood;
            Library.Check(Native.demask_result_face_variant_likelihood(
                result, index, variant, out likelihood));
            return new FaceVariant
            {
                Aligned = Pixels.OfView(view),
                Landmarks = Landmarks.Of(landmarks),
                Likelihood = likelihood
            };
        }

        private static Landmarks LandmarksOf(IntPtr result, int index)
        {
            NativeLandmarks landmarks = Landmarks.Empty;
            Library.Check(Native.demask_result_face_landmarks(result, index, ref landmarks));
            return Landmarks.Of(landmarks);
        }

        private static FaceMask MaskOf(IntPtr result, int index)
        {
            NativeImageView view = ImageView.Empty;
            int x, y;
            Library.Check(
                Native.demask_result_face_mask(result, index, out x, out y, ref view));
            return new FaceMask { X = x, Y = y, Pixels = Pixels.OfView(view) };
        }

        private static double MillisecondsOf(IntPtr result, int index, PipelineStep step)
        {
            double value;
            Library.Check(
                Native.demask_result_face_milliseconds(result, index, (int)step, out value));
            return value;
        }
    }
}
