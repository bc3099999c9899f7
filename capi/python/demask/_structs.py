# SPDX-License-Identifier: Apache-2.0
"""The structs of demask.h, for ctypes."""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_double, c_float, c_int32, c_int64, c_size_t, c_uint64, c_void_p
from typing import Any

ProgressCallback = ctypes.CFUNCTYPE(None, c_void_p, c_int32, c_int32, c_int32)
AbortCallback = ctypes.CFUNCTYPE(c_int32, c_void_p)
LogCallback = ctypes.CFUNCTYPE(None, c_void_p, c_int32, c_char_p)

FloatPointer = ctypes.POINTER(c_float)
DoublePointer = ctypes.POINTER(c_double)
Int32Pointer = ctypes.POINTER(c_int32)


class Struct(ctypes.Structure):
    """A struct that starts with its size, as the library requires."""

    def __init__(self, *values: Any, **fields: Any) -> None:
        super().__init__(ctypes.sizeof(type(self)), *values, **fields)


class ImageViewStruct(Struct):
    """demask_image_view."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("data", c_void_p),
        ("width", c_int32),
        ("height", c_int32),
        ("stride", c_int64),
        ("format", c_int32),
    ]


class EncodeOptionsStruct(Struct):
    """demask_encode_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("jpeg_quality", c_int32),
        ("synthetic", c_int32),
        ("metadata_source", c_char_p),
        ("pixel_source", c_char_p),
        ("changed", ctypes.POINTER(ImageViewStruct)),
    ]


class BundleLimitsStruct(Struct):
    """demask_bundle_limits."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("max_file_bytes", c_uint64),
        ("max_total_bytes", c_uint64),
    ]


class ModelInfoStruct(Struct):
    """demask_model_info."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("variant", c_char_p),
        ("file", c_char_p),
        ("sha256", c_char_p),
        ("license", c_char_p),
        ("training_data", c_char_p),
        ("size_bytes", c_uint64),
        ("stage", c_int32),
        ("input_size", c_int32),
        ("landmark_scheme", c_int32),
        ("threshold", c_float),
        ("crop_scale", c_float),
        ("class_name_count", c_int32),
        ("metric_count", c_int32),
        ("min_confidence", c_double),
        ("largest_face", c_double),
        ("mirror_average", c_int32),
    ]


class ArtifactInfoStruct(Struct):
    """demask_artifact_info."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("variant", c_char_p),
        ("file", c_char_p),
        ("sha256", c_char_p),
        ("size_bytes", c_uint64),
    ]


class RuntimeOptionsStruct(Struct):
    """demask_runtime_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("device", c_char_p),
        ("dtype", c_int32),
        ("threads", c_int32),
    ]


class LandmarksStruct(Struct):
    """demask_landmarks."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("scheme", c_int32),
        ("count", c_int32),
        ("points", FloatPointer),
        ("confidence", FloatPointer),
    ]


class ReferencePhotoStruct(Struct):
    """demask_reference_photo."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("photo", ctypes.POINTER(ImageViewStruct)),
        ("box", c_float * 4),
        ("face_index", c_int32),
    ]


class ReconstructOptionsStruct(Struct):
    """demask_reconstruct_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("gender", c_int32),
        ("gender_margin", c_float),
        ("both_when_uncertain", c_int32),
        ("mask_inverted", c_int32),
        ("mask", ctypes.POINTER(ImageViewStruct)),
        ("boxes", FloatPointer),
        ("landmarks", ctypes.POINTER(LandmarksStruct)),
        ("box_count", c_int32),
        ("landmarks_count", c_int32),
        ("mask_dilation", c_float),
        ("blend", c_int32),
        ("selection", c_int32),
        ("face_index", c_int32),
        ("detection_threshold", c_float),
        ("segmentation_threshold", c_float),
        ("min_face_size", c_float),
        ("min_mask_area", c_float),
        ("max_pixels", c_int64),
        ("progress_callback", ProgressCallback),
        ("progress_user_data", c_void_p),
        ("abort_callback", AbortCallback),
        ("abort_user_data", c_void_p),
        ("min_landmark_confidence", c_float),
        ("search_seconds", c_double),
        ("quality", c_int32),
        ("search_steps", c_int32),
        ("variants", c_int32),
        ("diversity", c_float),
        ("seed", c_uint64),
        ("expression", c_int32),
        ("references", ctypes.POINTER(ReferencePhotoStruct)),
        ("reference_count", c_int32),
    ]


class FaceStruct(Struct):
    """demask_face."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("status", c_int32),
        ("box", c_float * 4),
        ("score", c_float),
        ("gender", c_int32),
        ("gender_probability", c_float),
        ("gender_uncertain", c_int32),
        ("has_landmarks", c_int32),
        ("has_mask", c_int32),
        ("has_aligned", c_int32),
        ("has_alternative", c_int32),
        ("reserved", c_int32),
        ("quality", c_int32),
        ("variant_count", c_int32),
        ("reference", c_int32),
        ("reserved_2", c_int32),
    ]


class DetectOptionsStruct(Struct):
    """demask_detect_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("score_threshold", c_float),
        ("nms_iou", c_float),
        ("min_face_size", c_float),
    ]


class DetectionStruct(Struct):
    """demask_detection."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("box", c_float * 4),
        ("score", c_float),
        ("points", c_float * 10),
    ]


class MaskStruct(Struct):
    """demask_mask."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("probability", FloatPointer),
        ("score", c_float),
        ("x", c_int32),
        ("y", c_int32),
        ("width", c_int32),
        ("height", c_int32),
        ("straps", FloatPointer),
    ]


class VideoOptionsStruct(Struct):
    """demask_video_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("reconstruct", ctypes.POINTER(ReconstructOptionsStruct)),
        ("landmark_cutoff", c_double),
        ("landmark_beta", c_double),
        ("mask_seconds", c_double),
        ("paint_seconds", c_double),
        ("detect_interval", c_int32),
    ]


class VideoInfoStruct(Struct):
    """demask_video_info."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("detector_ran", c_int32),
        ("scene_cut", c_int32),
    ]
