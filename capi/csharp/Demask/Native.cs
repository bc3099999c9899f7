// SPDX-License-Identifier: Apache-2.0

// The functions of demask.h. Text is UTF-8 with a terminating zero. Results are plain pointers,
// because a batch owns its results.
using System;
using System.Runtime.InteropServices;

namespace Demask
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void LogCallback(IntPtr userData, int level, IntPtr message);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void ProgressCallback(IntPtr userData, int step, int done, int total);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int AbortCallback(IntPtr userData);

    internal static class Native
    {
        internal const string Name = "libdemask_c.so.0";
        internal const int AbiVersion = 0;

        [DllImport(Name)]
        internal static extern IntPtr demask_version();

        [DllImport(Name)]
        internal static extern int demask_abi_version();

        [DllImport(Name)]
        internal static extern IntPtr demask_build_info();

        [DllImport(Name)]
        internal static extern IntPtr demask_status_name(int status);

        [DllImport(Name)]
        internal static extern IntPtr demask_last_error();

        [DllImport(Name)]
        internal static extern Status demask_set_log_callback(
            LogCallback callback, IntPtr userData);

        [DllImport(Name)]
        internal static extern Status demask_encode_default_options(
            ref NativeEncodeOptions options);

        [DllImport(Name)]
        internal static extern Status demask_image_read(
            byte[] path, long maxPixels, out ImageHandle image);

        [DllImport(Name)]
        internal static extern Status demask_image_decode(
            byte[] bytes, UIntPtr size, byte[] name, long maxPixels, out ImageHandle image);

        [DllImport(Name)]
        internal static extern Status demask_image_convert(
            ref NativeImageView source, int format, out ImageHandle image);

        [DllImport(Name)]
        internal static extern Status demask_image_get_view(
            ImageHandle image, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_image_write(
            byte[] path, ref NativeImageView image, ref NativeEncodeOptions options);

        [DllImport(Name)]
        internal static extern void demask_image_free(IntPtr image);

        [DllImport(Name)]
        internal static extern Status demask_mark_as_synthetic(byte[] target, byte[] source);

        [DllImport(Name)]
        internal static extern Status demask_is_marked_as_synthetic(byte[] path, out int marked);

        [DllImport(Name)]
        internal static extern IntPtr demask_stage_name(int stage);

        [DllImport(Name)]
        internal static extern Status demask_bundle_open(byte[] folder, out BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_open_default(out BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_from_memory(
            IntPtr[] names, IntPtr[] contents, UIntPtr[] sizes, int count, out BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_default_limits(ref NativeBundleLimits limits);

        [DllImport(Name)]
        internal static extern Status demask_bundle_open_limited(
            byte[] folder, ref NativeBundleLimits limits, out BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_open_default_limited(
            ref NativeBundleLimits limits, out BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_from_memory_limited(
            IntPtr[] names, IntPtr[] contents, UIntPtr[] sizes, int count,
            ref NativeBundleLimits limits, out BundleHandle bundle);

        [DllImport(Name)]
        internal static extern IntPtr demask_bundle_name(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern IntPtr demask_bundle_version(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern IntPtr demask_bundle_license(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern IntPtr demask_bundle_folder(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern int demask_bundle_variant_count(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_variant_name(
            BundleHandle bundle, int index, out IntPtr name);

        [DllImport(Name)]
        internal static extern Status demask_bundle_with_variant(
            BundleHandle bundle, byte[] name, out BundleHandle chosen);

        [DllImport(Name)]
        internal static extern IntPtr demask_bundle_variant(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern int demask_bundle_has(BundleHandle bundle, int stage);

        [DllImport(Name)]
        internal static extern Status demask_bundle_verify(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern int demask_bundle_model_count(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_model(
            BundleHandle bundle, int index, ref NativeModelInfo info);

        [DllImport(Name)]
        internal static extern Status demask_bundle_class_name(
            BundleHandle bundle, int model, int index, out IntPtr name);

        [DllImport(Name)]
        internal static extern Status demask_bundle_metric(
            BundleHandle bundle, int model, int index, out IntPtr key, out double value);

        [DllImport(Name)]
        internal static extern int demask_bundle_artifact_count(BundleHandle bundle);

        [DllImport(Name)]
        internal static extern Status demask_bundle_artifact(
            BundleHandle bundle, int index, ref NativeArtifactInfo info);

        [DllImport(Name)]
        internal static extern void demask_bundle_free(IntPtr bundle);

        [DllImport(Name)]
        internal static extern Status demask_runtime_default_options(
            ref NativeRuntimeOptions options);

        [DllImport(Name)]
        internal static extern IntPtr demask_face_status_name(int status);

        [DllImport(Name)]
        internal static extern IntPtr demask_quality_name(int quality);

        [DllImport(Name)]
        internal static extern IntPtr demask_expression_name(int expression);

        [DllImport(Name)]
        internal static extern IntPtr demask_reference_use_name(int use);

        [DllImport(Name)]
        internal static extern IntPtr demask_pipeline_step_name(int step);

        [DllImport(Name)]
        internal static extern Status demask_reconstruct_default_options(
            ref NativeReconstructOptions options);

        [DllImport(Name)]
        internal static extern Status demask_reconstructor_create(
            BundleHandle bundle, ref NativeRuntimeOptions options,
            out ReconstructorHandle reconstructor);

        [DllImport(Name)]
        internal static extern Status demask_reconstructor_load_all(
            ReconstructorHandle reconstructor);

        [DllImport(Name)]
        internal static extern void demask_reconstructor_free(IntPtr reconstructor);

        [DllImport(Name)]
        internal static extern Status demask_reconstruct_view(
            ReconstructorHandle reconstructor, ref NativeImageView photo,
            ref NativeReconstructOptions options, out ResultHandle result);

        [DllImport(Name)]
        internal static extern Status demask_reconstruct_file(
            ReconstructorHandle reconstructor, byte[] inputPath, byte[] outputPath,
            ref NativeReconstructOptions options, ref NativeEncodeOptions encoding,
            out ResultHandle result);

        [DllImport(Name)]
        internal static extern Status demask_reconstruct_batch(
            ReconstructorHandle reconstructor, NativeImageView[] photos, int count,
            ref NativeReconstructOptions options, out BatchHandle batch);

        [DllImport(Name)]
        internal static extern int demask_batch_count(BatchHandle batch);

        [DllImport(Name)]
        internal static extern Status demask_batch_result(
            BatchHandle batch, int index, out IntPtr result);

        [DllImport(Name)]
        internal static extern void demask_batch_free(IntPtr batch);

        [DllImport(Name)]
        internal static extern Status demask_result_photo(IntPtr result, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_changed(
            IntPtr result, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_alternative_photo(
            IntPtr result, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern int demask_result_variant_count(IntPtr result);

        [DllImport(Name)]
        internal static extern Status demask_result_variant_photo(
            IntPtr result, int variant, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern double demask_result_detect_milliseconds(IntPtr result);

        [DllImport(Name)]
        internal static extern int demask_result_face_count(IntPtr result);

        [DllImport(Name)]
        internal static extern Status demask_result_face(
            IntPtr result, int index, ref NativeFace face);

        [DllImport(Name)]
        internal static extern IntPtr demask_result_face_reason(IntPtr result, int index);

        [DllImport(Name)]
        internal static extern IntPtr demask_result_face_reference_reason(IntPtr result, int index);

        [DllImport(Name)]
        internal static extern Status demask_result_face_landmarks(
            IntPtr result, int index, ref NativeLandmarks landmarks);

        [DllImport(Name)]
        internal static extern Status demask_result_face_mask(
            IntPtr result, int index, out int x, out int y, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_face_aligned_before(
            IntPtr result, int index, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_face_aligned_mask(
            IntPtr result, int index, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_face_aligned_after(
            IntPtr result, int index, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_face_aligned_alternative(
            IntPtr result, int index, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_face_variant_aligned(
            IntPtr result, int index, int variant, ref NativeImageView view);

        [DllImport(Name)]
        internal static extern Status demask_result_face_variant_landmarks(
            IntPtr result, int index, int variant, ref NativeLandmarks landmarks);

        [DllImport(Name)]
        internal static extern Status demask_result_face_variant_likelihood(
            IntPtr result, int index, int variant, out float likelihood);

        [DllImport(Name)]
        internal static extern Status demask_result_face_milliseconds(
            IntPtr result, int index, int step, out double milliseconds);

        [DllImport(Name)]
        internal static extern void demask_result_free(IntPtr result);

        [DllImport(Name)]
        internal static extern Status demask_canonical_similarity(
            ref NativeLandmarks landmarks, int size, double[] matrix);

        [DllImport(Name)]
        internal static extern Status demask_canonical_face(
            ref NativeImageView photo, ref NativeLandmarks landmarks, int size,
            out ImageHandle image);

        [DllImport(Name)]
        internal static extern Status demask_detect_default_options(
            ref NativeDetectOptions options);

        [DllImport(Name)]
        internal static extern Status demask_face_detector_load(
            BundleHandle bundle, ref NativeRuntimeOptions options, out FaceDetectorHandle detector);

        [DllImport(Name)]
        internal static extern Status demask_face_detector_detect(
            FaceDetectorHandle detector, ref NativeImageView photo,
            ref NativeDetectOptions options, out DetectionsHandle detections);

        [DllImport(Name)]
        internal static extern void demask_face_detector_free(IntPtr detector);

        [DllImport(Name)]
        internal static extern int demask_detections_count(DetectionsHandle detections);

        [DllImport(Name)]
        internal static extern Status demask_detections_get(
            DetectionsHandle detections, int index, ref NativeDetection detection);

        [DllImport(Name)]
        internal static extern void demask_detections_free(IntPtr detections);

        [DllImport(Name)]
        internal static extern Status demask_landmark_detector_load(
            BundleHandle bundle, ref NativeRuntimeOptions options,
            out LandmarkDetectorHandle detector);

        [DllImport(Name)]
        internal static extern Status demask_landmark_detector_detect(
            LandmarkDetectorHandle detector, ref NativeImageView photo, float[] box, float roll,
            out LandmarkSetHandle landmarks);

        [DllImport(Name)]
        internal static extern void demask_landmark_detector_free(IntPtr detector);

        [DllImport(Name)]
        internal static extern Status demask_landmark_set_get(
            LandmarkSetHandle set, ref NativeLandmarks landmarks);

        [DllImport(Name)]
        internal static extern Status demask_landmarks_to_ibug68(
            ref NativeLandmarks landmarks, out LandmarkSetHandle converted);

        [DllImport(Name)]
        internal static extern void demask_landmark_set_free(IntPtr set);

        [DllImport(Name)]
        internal static extern Status demask_segmenter_load(
            BundleHandle bundle, ref NativeRuntimeOptions options, out SegmenterHandle segmenter);

        [DllImport(Name)]
        internal static extern Status demask_segmenter_get_input(
            SegmenterHandle segmenter, out int input, out float threshold);

        [DllImport(Name)]
        internal static extern Status demask_segmenter_segment(
            SegmenterHandle segmenter, ref NativeImageView image, out MasksHandle masks);

        [DllImport(Name)]
        internal static extern void demask_segmenter_free(IntPtr segmenter);

        [DllImport(Name)]
        internal static extern int demask_masks_count(MasksHandle masks);

        [DllImport(Name)]
        internal static extern Status demask_masks_get(
            MasksHandle masks, int index, ref NativeMask mask);

        [DllImport(Name)]
        internal static extern void demask_masks_free(IntPtr masks);

        [DllImport(Name)]
        internal static extern Status demask_gender_classifier_load(
            BundleHandle bundle, ref NativeRuntimeOptions options,
            out GenderClassifierHandle classifier);

        [DllImport(Name)]
        internal static extern Status demask_gender_classifier_classify(
            GenderClassifierHandle classifier, ref NativeImageView face, out int gender,
            out float probability);

        [DllImport(Name)]
        internal static extern void demask_gender_classifier_free(IntPtr classifier);

        [DllImport(Name)]
        internal static extern Status demask_inpainter_load(
            BundleHandle bundle, int gender, ref NativeRuntimeOptions options,
            out InpainterHandle inpainter);

        [DllImport(Name)]
        internal static extern Status demask_inpainter_inpaint(
            InpainterHandle inpainter, ref NativeImageView face, ref NativeImageView mask,
            ref NativeLandmarks landmarks, out ImageHandle image);

        [DllImport(Name)]
        internal static extern void demask_inpainter_free(IntPtr inpainter);

        [DllImport(Name)]
        internal static extern Status demask_video_default_options(ref NativeVideoOptions options);

        [DllImport(Name)]
        internal static extern Status demask_video_create(
            ReconstructorHandle reconstructor, ref NativeVideoOptions options,
            out VideoHandle video);

        [DllImport(Name)]
        internal static extern Status demask_video_reconstruct(
            VideoHandle video, ref NativeImageView frame, double seconds,
            ref NativeVideoInfo info, out ResultHandle result);

        [DllImport(Name)]
        internal static extern Status demask_video_reconstruct_frames(
            VideoHandle video, NativeImageView[] frames, double[] seconds, int count,
            out BatchHandle batch);

        [DllImport(Name)]
        internal static extern Status demask_video_frame_info(
            IntPtr result, ref NativeVideoInfo info);

        [DllImport(Name)]
        internal static extern Status demask_video_track_id(
            IntPtr result, int index, out long trackId);

        [DllImport(Name)]
        internal static extern void demask_video_reset(VideoHandle video);

        [DllImport(Name)]
        internal static extern void demask_video_free(IntPtr video);
    }
}
