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

    /// <summary>What was found and done for one face. Images that the library did not make are
    /// null.</summary>
    public sealed class Face
    {
        public FaceStatus Status { get; internal set; }
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
        /// <summary>The canonical face before reconstruction, RGB 256 x 256.</summary>
        public Pixels AlignedBefore { get; internal set; }
        /// <summary>The canonical hole, gray 256 x 256.</summary>
        public Pixels AlignedMask { get; internal set; }
        /// <summary>The reconstructed canonical face, RGB 256 x 256.</summary>
        public Pixels AlignedAfter { get; internal set; }
        /// <summary>The canonical face painted by the other generator, with
        /// BothWhenUncertain.</summary>
        public Pixels AlignedAlternative { get; internal set; }
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
                Milliseconds = ((PipelineStep[])Enum.GetValues(typeof(PipelineStep)))
                    .ToDictionary(step => step, step => MillisecondsOf(result, index, step))
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
