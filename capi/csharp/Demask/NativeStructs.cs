// SPDX-License-Identifier: Apache-2.0

// The structs of demask.h. Each starts with its size.
using System;
using System.Runtime.InteropServices;

namespace Demask
{
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeImageView
    {
        public UIntPtr struct_size;
        public IntPtr data;
        public int width;
        public int height;
        public long stride;
        public int format;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeEncodeOptions
    {
        public UIntPtr struct_size;
        public int jpeg_quality;
        public int synthetic;
        public IntPtr metadata_source;
        public IntPtr pixel_source;
        public IntPtr changed;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeBundleLimits
    {
        public UIntPtr struct_size;
        public ulong max_file_bytes;
        public ulong max_total_bytes;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeModelInfo
    {
        public UIntPtr struct_size;
        public IntPtr variant;
        public IntPtr file;
        public IntPtr sha256;
        public IntPtr license;
        public IntPtr training_data;
        public ulong size_bytes;
        public int stage;
        public int input_size;
        public int landmark_scheme;
        public float threshold;
        public float crop_scale;
        public int class_name_count;
        public int metric_count;
        public double min_confidence;
        public double largest_face;
        public int mirror_average;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeArtifactInfo
    {
        public UIntPtr struct_size;
        public IntPtr name;
        public IntPtr variant;
        public IntPtr file;
        public IntPtr sha256;
        public ulong size_bytes;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeRuntimeOptions
    {
        public UIntPtr struct_size;
        public IntPtr device;
        public int dtype;
        public int threads;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeLandmarks
    {
        public UIntPtr struct_size;
        public int scheme;
        public int count;
        public IntPtr points;
        public IntPtr confidence;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeReferencePhoto
    {
        public UIntPtr struct_size;
        public IntPtr photo;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)]
        public float[] box;
        public int face_index;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeReconstructOptions
    {
        public UIntPtr struct_size;
        public int gender;
        public float gender_margin;
        public int both_when_uncertain;
        public int mask_inverted;
        public IntPtr mask;
        public IntPtr boxes;
        public IntPtr landmarks;
        public int box_count;
        public int landmarks_count;
        public float mask_dilation;
        public int blend;
        public int selection;
        public int face_index;
        public float detection_threshold;
        public float segmentation_threshold;
        public float min_face_size;
        public float min_mask_area;
        public long max_pixels;
        public IntPtr progress_callback;
        public IntPtr progress_user_data;
        public IntPtr abort_callback;
        public IntPtr abort_user_data;
        public float min_landmark_confidence;
        public double search_seconds;
        public int quality;
        public int search_steps;
        public int variants;
        public float diversity;
        public ulong seed;
        public int expression;
        public IntPtr references;
        public int reference_count;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeFace
    {
        public UIntPtr struct_size;
        public int status;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)]
        public float[] box;
        public float score;
        public int gender;
        public float gender_probability;
        public int gender_uncertain;
        public int has_landmarks;
        public int has_mask;
        public int has_aligned;
        public int has_alternative;
        public int reserved;
        public int quality;
        public int variant_count;
        public int reference;
        public int reserved_2;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeDetectOptions
    {
        public UIntPtr struct_size;
        public float score_threshold;
        public float nms_iou;
        public float min_face_size;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeDetection
    {
        public UIntPtr struct_size;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)]
        public float[] box;
        public float score;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 10)]
        public float[] points;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeMask
    {
        public UIntPtr struct_size;
        public IntPtr probability;
        public float score;
        public int x;
        public int y;
        public int width;
        public int height;
        public IntPtr straps;
    }
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeVideoOptions
    {
        public UIntPtr struct_size;
        public IntPtr reconstruct;
        public double landmark_cutoff;
        public double landmark_beta;
        public double mask_seconds;
        public double paint_seconds;
        public int detect_interval;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeVideoInfo
    {
        public UIntPtr struct_size;
        public int detector_ran;
        public int scene_cut;
    }
}
