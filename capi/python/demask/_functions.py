# SPDX-License-Identifier: Apache-2.0
"""The functions of demask.h with their types."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_double, c_float, c_int32, c_int64, c_size_t, c_void_p
from typing import Any, Dict, List, Tuple

from . import _structs as s

_Handle = c_void_p
_NewHandle = POINTER(c_void_p)
_View = POINTER(s.ImageViewStruct)
_Landmarks = POINTER(s.LandmarksStruct)
_Runtime = POINTER(s.RuntimeOptionsStruct)
_Reconstruct = POINTER(s.ReconstructOptionsStruct)
_Encode = POINTER(s.EncodeOptionsStruct)
_Limits = POINTER(s.BundleLimitsStruct)

# Functions that return a demask_status, with the types of their parameters.
STATUS_FUNCTIONS: Dict[str, List[Any]] = {
    "set_log_callback": [s.LogCallback, c_void_p],
    "encode_default_options": [_Encode],
    "image_read": [c_char_p, c_int64, _NewHandle],
    "image_decode": [c_char_p, c_size_t, c_char_p, c_int64, _NewHandle],
    "image_convert": [_View, c_int32, _NewHandle],
    "image_get_view": [_Handle, _View],
    "image_write": [c_char_p, _View, _Encode],
    "mark_as_synthetic": [c_char_p, c_char_p],
    "is_marked_as_synthetic": [c_char_p, s.Int32Pointer],
    "bundle_open": [c_char_p, _NewHandle],
    "bundle_open_default": [_NewHandle],
    "bundle_from_memory": [
        POINTER(c_char_p), POINTER(c_char_p), POINTER(c_size_t), c_int32, _NewHandle],
    "bundle_default_limits": [_Limits],
    "bundle_open_limited": [c_char_p, _Limits, _NewHandle],
    "bundle_open_default_limited": [_Limits, _NewHandle],
    "bundle_from_memory_limited": [
        POINTER(c_char_p), POINTER(c_char_p), POINTER(c_size_t), c_int32, _Limits, _NewHandle],
    "bundle_variant_name": [_Handle, c_int32, POINTER(c_char_p)],
    "bundle_with_variant": [_Handle, c_char_p, _NewHandle],
    "bundle_verify": [_Handle],
    "bundle_model": [_Handle, c_int32, POINTER(s.ModelInfoStruct)],
    "bundle_class_name": [_Handle, c_int32, c_int32, POINTER(c_char_p)],
    "bundle_metric": [_Handle, c_int32, c_int32, POINTER(c_char_p), s.DoublePointer],
    "bundle_artifact": [_Handle, c_int32, POINTER(s.ArtifactInfoStruct)],
    "runtime_default_options": [_Runtime],
    "reconstruct_default_options": [_Reconstruct],
    "reconstructor_create": [_Handle, _Runtime, _NewHandle],
    "reconstructor_load_all": [_Handle],
    "reconstruct_view": [_Handle, _View, _Reconstruct, _NewHandle],
    "reconstruct_file": [_Handle, c_char_p, c_char_p, _Reconstruct, _Encode, _NewHandle],
    "reconstruct_batch": [_Handle, _View, c_int32, _Reconstruct, _NewHandle],
    "batch_result": [_Handle, c_int32, _NewHandle],
    "result_photo": [_Handle, _View],
    "result_changed": [_Handle, _View],
    "result_alternative_photo": [_Handle, _View],
    "result_variant_photo": [_Handle, c_int32, _View],
    "result_face": [_Handle, c_int32, POINTER(s.FaceStruct)],
    "result_face_landmarks": [_Handle, c_int32, _Landmarks],
    "result_face_mask": [_Handle, c_int32, s.Int32Pointer, s.Int32Pointer, _View],
    "result_face_aligned_before": [_Handle, c_int32, _View],
    "result_face_aligned_mask": [_Handle, c_int32, _View],
    "result_face_aligned_after": [_Handle, c_int32, _View],
    "result_face_aligned_alternative": [_Handle, c_int32, _View],
    "result_face_variant_aligned": [_Handle, c_int32, c_int32, _View],
    "result_face_variant_landmarks": [_Handle, c_int32, c_int32, _Landmarks],
    "result_face_variant_likelihood": [_Handle, c_int32, c_int32, s.FloatPointer],
    "result_face_milliseconds": [_Handle, c_int32, c_int32, s.DoublePointer],
    "canonical_similarity": [_Landmarks, c_int32, s.DoublePointer],
    "canonical_face": [_View, _Landmarks, c_int32, _NewHandle],
    "detect_default_options": [POINTER(s.DetectOptionsStruct)],
    "face_detector_load": [_Handle, _Runtime, _NewHandle],
    "face_detector_detect": [_Handle, _View, POINTER(s.DetectOptionsStruct), _NewHandle],
    "detections_get": [_Handle, c_int32, POINTER(s.DetectionStruct)],
    "landmark_detector_load": [_Handle, _Runtime, _NewHandle],
    "landmark_detector_detect": [_Handle, _View, s.FloatPointer, c_float, _NewHandle],
    "landmark_set_get": [_Handle, _Landmarks],
    "landmarks_to_ibug68": [_Landmarks, _NewHandle],
    "segmenter_load": [_Handle, _Runtime, _NewHandle],
    "segmenter_get_input": [_Handle, s.Int32Pointer, s.FloatPointer],
    "segmenter_segment": [_Handle, _View, _NewHandle],
    "masks_get": [_Handle, c_int32, POINTER(s.MaskStruct)],
    "gender_classifier_load": [_Handle, _Runtime, _NewHandle],
    "gender_classifier_classify": [_Handle, _View, s.Int32Pointer, s.FloatPointer],
    "inpainter_load": [_Handle, c_int32, _Runtime, _NewHandle],
    "inpainter_inpaint": [_Handle, _View, _View, _Landmarks, _NewHandle],
    "video_default_options": [POINTER(s.VideoOptionsStruct)],
    "video_create": [_Handle, POINTER(s.VideoOptionsStruct), _NewHandle],
    "video_reconstruct": [_Handle, _View, c_double, POINTER(s.VideoInfoStruct), _NewHandle],
    "video_reconstruct_frames": [_Handle, _View, POINTER(c_double), c_int32, _NewHandle],
    "video_frame_info": [_Handle, POINTER(s.VideoInfoStruct)],
    "video_track_id": [_Handle, c_int32, POINTER(c_int64)],
}

# Functions that cannot fail: the types of their result and of their parameters.
PLAIN_FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "version": (c_char_p, []),
    "abi_version": (c_int32, []),
    "build_info": (c_char_p, []),
    "status_name": (c_char_p, [c_int32]),
    "last_error": (c_char_p, []),
    "stage_name": (c_char_p, [c_int32]),
    "face_status_name": (c_char_p, [c_int32]),
    "quality_name": (c_char_p, [c_int32]),
    "expression_name": (c_char_p, [c_int32]),
    "reference_use_name": (c_char_p, [c_int32]),
    "pipeline_step_name": (c_char_p, [c_int32]),
    "bundle_name": (c_char_p, [_Handle]),
    "bundle_version": (c_char_p, [_Handle]),
    "bundle_license": (c_char_p, [_Handle]),
    "bundle_folder": (c_char_p, [_Handle]),
    "bundle_variant_count": (c_int32, [_Handle]),
    "bundle_variant": (c_char_p, [_Handle]),
    "bundle_has": (c_int32, [_Handle, c_int32]),
    "bundle_model_count": (c_int32, [_Handle]),
    "bundle_artifact_count": (c_int32, [_Handle]),
    "batch_count": (c_int32, [_Handle]),
    "result_detect_milliseconds": (c_double, [_Handle]),
    "result_face_count": (c_int32, [_Handle]),
    "result_variant_count": (c_int32, [_Handle]),
    "result_face_reason": (c_char_p, [_Handle, c_int32]),
    "result_face_reference_reason": (c_char_p, [_Handle, c_int32]),
    "detections_count": (c_int32, [_Handle]),
    "masks_count": (c_int32, [_Handle]),
    "video_reset": (None, [_Handle]),
}

FREE_FUNCTIONS = [
    "image_free", "bundle_free", "reconstructor_free", "batch_free", "result_free",
    "face_detector_free", "detections_free", "landmark_detector_free", "landmark_set_free",
    "segmenter_free", "masks_free", "gender_classifier_free", "inpainter_free", "video_free",
]


def declare(library: ctypes.CDLL) -> None:
    """Declares the types of every function to ctypes. Raises AttributeError if one is missing."""
    for name, parameters in STATUS_FUNCTIONS.items():
        _declare(library, name, c_int32, parameters)
    for name, (result, parameters) in PLAIN_FUNCTIONS.items():
        _declare(library, name, result, parameters)
    for name in FREE_FUNCTIONS:
        _declare(library, name, None, [_Handle])


def _declare(library: ctypes.CDLL, name: str, result: Any, parameters: List[Any]) -> None:
    function = getattr(library, f"demask_{name}")
    function.restype = result
    function.argtypes = parameters
