// SPDX-License-Identifier: Apache-2.0

// Handles of the library. Every call holds a reference, so no handle is freed while another thread
// is still in a call.
using System;
using System.Runtime.InteropServices;

namespace Demask
{
    internal abstract class Handle : SafeHandle
    {
        protected Handle() : base(IntPtr.Zero, true) { }
        public override bool IsInvalid { get { return handle == IntPtr.Zero; } }
    }

    internal sealed class ImageHandle : Handle
    {
        protected override bool ReleaseHandle() { Native.demask_image_free(handle); return true; }
    }

    internal sealed class BundleHandle : Handle
    {
        protected override bool ReleaseHandle() { Native.demask_bundle_free(handle); return true; }
    }

    internal sealed class ReconstructorHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_reconstructor_free(handle);
            return true;
        }
    }

    internal sealed class ResultHandle : Handle
    {
        protected override bool ReleaseHandle() { Native.demask_result_free(handle); return true; }
    }

    internal sealed class BatchHandle : Handle
    {
        protected override bool ReleaseHandle() { Native.demask_batch_free(handle); return true; }
    }

    internal sealed class FaceDetectorHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_face_detector_free(handle);
            return true;
        }
    }

    internal sealed class DetectionsHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_detections_free(handle);
            return true;
        }
    }

    internal sealed class LandmarkDetectorHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_landmark_detector_free(handle);
            return true;
        }
    }

    internal sealed class LandmarkSetHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_landmark_set_free(handle);
            return true;
        }
    }

    internal sealed class SegmenterHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_segmenter_free(handle);
            return true;
        }
    }

    internal sealed class MasksHandle : Handle
    {
        protected override bool ReleaseHandle() { Native.demask_masks_free(handle); return true; }
    }

    internal sealed class GenderClassifierHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_gender_classifier_free(handle);
            return true;
        }
    }

    internal sealed class InpainterHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            Native.demask_inpainter_free(handle);
            return true;
        }
    }

    internal sealed class VideoHandle : Handle
    {
        protected override bool ReleaseHandle() { Native.demask_video_free(handle); return true; }
    }
}
