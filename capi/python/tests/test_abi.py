# SPDX-License-Identifier: Apache-2.0
"""Compares the package with the C header: every function, value, field and default."""

import ctypes
import dataclasses
import os
import re
import unittest
from pathlib import Path

import demask
from demask import _functions, _library, _structs, enums, options, images

CAPI = Path(os.environ["DEMASK_CAPI_SOURCE"])
HEADER = re.sub(r"/\*.*?\*/", "", (CAPI / "demask.h").read_text(), flags=re.DOTALL)

STRUCTS = {
    "demask_image_view": _structs.ImageViewStruct,
    "demask_encode_options": _structs.EncodeOptionsStruct,
    "demask_bundle_limits": _structs.BundleLimitsStruct,
    "demask_model_info": _structs.ModelInfoStruct,
    "demask_artifact_info": _structs.ArtifactInfoStruct,
    "demask_runtime_options": _structs.RuntimeOptionsStruct,
    "demask_landmarks": _structs.LandmarksStruct,
    "demask_reference_photo": _structs.ReferencePhotoStruct,
    "demask_reconstruct_options": _structs.ReconstructOptionsStruct,
    "demask_face": _structs.FaceStruct,
    "demask_detect_options": _structs.DetectOptionsStruct,
    "demask_detection": _structs.DetectionStruct,
    "demask_mask": _structs.MaskStruct,
    "demask_video_options": _structs.VideoOptionsStruct,
    "demask_video_info": _structs.VideoInfoStruct,
}

# Prefixes of the enumerators of each enumeration.
ENUMERATIONS = {
    "DEMASK_LOG_": enums.LogLevel,
    "DEMASK_PIXEL_": enums.PixelFormat,
    "DEMASK_STAGE_": enums.Stage,
    "DEMASK_LANDMARKS_": enums.LandmarkScheme,
    "DEMASK_DTYPE_": enums.DType,
    "DEMASK_GENDER_": enums.Gender,
    "DEMASK_BLEND_": enums.BlendMode,
    "DEMASK_QUALITY_": enums.Quality,
    "DEMASK_EXPRESSION_": enums.Expression,
    "DEMASK_REFERENCE_": enums.ReferenceUse,
    "DEMASK_FACES_": enums.FaceSelection,
    "DEMASK_FACE_": enums.FaceStatus,
    "DEMASK_STEP_": enums.PipelineStep,
    "DEMASK_SEGMENTER_": enums.SegmenterInput,
    "DEMASK_ERROR_": enums.Status,
    "DEMASK_": enums.Status,
}


def enumerator(name: str):
    """Returns the Python value of an enumerator of the header."""
    for prefix, enumeration in ENUMERATIONS.items():
        if name.startswith(prefix) and name[len(prefix):] in enumeration.__members__:
            return enumeration[name[len(prefix):]]
    return None


class AbiTest(unittest.TestCase):
    def test_every_function_of_the_header_is_declared(self):
        declared = set(re.findall(r"DEMASK_C_API[\w\s*]*?\bdemask_(\w+)\(", HEADER))
        known = {*_functions.STATUS_FUNCTIONS, *_functions.PLAIN_FUNCTIONS,
                 *_functions.FREE_FUNCTIONS}
        self.assertGreater(len(declared), 70)
        self.assertEqual(declared, known)

    def test_functions_have_the_number_of_parameters_of_the_header(self):
        for name, parameters in re.findall(r"demask_(\w+)\(([^)]*)\);", HEADER):
            known = _functions.STATUS_FUNCTIONS.get(name)
            if known is not None:
                self.assertEqual(len(parameters.split(",")), len(known), name)

    def test_every_value_of_the_header_is_known(self):
        values = re.findall(r"\b(DEMASK_[A-Z0-9_]+) = (-?\d+)", HEADER)
        self.assertGreater(len(values), 50)
        for name, value in values:
            self.assertEqual(enumerator(name), int(value), name)
        count = sum(len(e.__members__) for e in set(ENUMERATIONS.values()))
        self.assertEqual(count, len(values))

    def test_structs_have_the_layout_of_the_header(self):
        layout = (CAPI / "layout.cpp").read_text()
        sizes = re.findall(r"DEMASK_SIZE\((\w+), (\d+)\)", layout)
        self.assertEqual({name for name, _ in sizes}, set(STRUCTS))
        for name, size in sizes:
            self.assertEqual(ctypes.sizeof(STRUCTS[name]), int(size), name)
            fields = re.findall(rf"DEMASK_FIELD\({name}, (\w+), (\d+)\)", layout)
            known = [(field[0], str(getattr(STRUCTS[name], field[0]).offset))
                     for field in STRUCTS[name]._fields_]
            self.assertEqual(known, fields, name)

    def test_options_have_the_defaults_of_the_library(self):
        call = options.ReconstructCall(demask.ReconstructOptions())
        video = demask.VideoOptions()._struct(call.struct)
        video.reconstruct = None
        cases = [("reconstruct", call.struct), ("video", video),
                 ("detect", demask.DetectOptions()._struct()),
                 ("encode", images.EncodeOptions()._struct()),
                 ("runtime", demask.RuntimeOptions()._struct())]
        for name, ours in cases:
            self.check_defaults(f"{name}_default_options", ours)
        self.check_defaults("bundle_default_limits", demask.BundleLimits()._struct())

    def check_defaults(self, function, ours):
        theirs = type(ours)()
        _library.library().call(function, ctypes.byref(theirs))
        for field, *_ in ours._fields_:
            a, b = getattr(ours, field), getattr(theirs, field)
            if isinstance(a, (int, float, bytes)) or a is None:
                self.assertEqual(a, b, f"{function}: {field}")
            else:
                self.assertFalse(bool(a) or bool(b), f"{function}: {field}")

    def test_every_option_of_the_c_struct_is_a_field(self):
        fields = {field.name for field in dataclasses.fields(demask.ReconstructOptions)}
        of_c = {name for name, *_ in _structs.ReconstructOptionsStruct._fields_}
        self.assertEqual(fields, of_c - {"struct_size", "box_count", "landmarks_count",
                                         "reference_count", "progress_callback", "progress_user_data",
                                         "abort_callback", "abort_user_data"}
                         | {"progress", "abort"})

    def test_every_error_code_has_an_exception(self):
        for status in demask.Status:
            if status != demask.Status.OK:
                error = demask.errors.error_for(status, "why")
                self.assertIsNot(type(error), demask.DemaskError)
                self.assertEqual(error.status, status)
                self.assertEqual(str(error), "why")
        self.assertIs(type(demask.errors.error_for(99, "why")), demask.DemaskError)

    def test_names_of_the_library_are_those_of_the_enumerations(self):
        library = _library.library()
        for function, enumeration in [("status_name", demask.Status), ("stage_name", demask.Stage),
                                      ("face_status_name", demask.FaceStatus),
                                      ("pipeline_step_name", demask.PipelineStep)]:
            for value in enumeration:
                self.assertEqual(library.get(function, value).decode(), value.name.lower())

    def test_versions(self):
        self.assertEqual(demask.library_version(), demask.__version__)
        self.assertRegex(demask.build_info(), r"^LibTorch \S+, with(out)? Exiv2, \S+$")


if __name__ == "__main__":
    unittest.main()
