# SPDX-License-Identifier: Apache-2.0
"""The enumerations of demask.h."""

from __future__ import annotations

import enum


class Status(enum.IntEnum):
    """Outcome of a call: demask_status."""

    OK = 0
    INVALID_ARGUMENT = 1
    INVALID_IMAGE = 2
    IMAGE_TOO_LARGE = 3
    UNREADABLE_FILE = 4
    UNSUPPORTED_FORMAT = 5
    UNWRITABLE_FILE = 6
    BUNDLE_NOT_FOUND = 7
    BUNDLE_INVALID = 8
    HASH_MISMATCH = 9
    MODEL_INVALID = 10
    DEVICE_UNAVAILABLE = 11
    CANCELLED = 12
    OUT_OF_MEMORY = 13
    INTERNAL = 14


class LogLevel(enum.IntEnum):
    """Severity of a log message: demask_log_level."""

    INFO = 1
    ERROR = 2
    WARNING = 3


class PixelFormat(enum.IntEnum):
    """Number and order of the 8-bit channels of a pixel: demask_pixel_format."""

    GRAY = 0
    RGB = 1
    BGR = 2
    RGBA = 3
    BGRA = 4

    @property
    def channels(self) -> int:
        return (1, 3, 3, 4, 4)[self]


class Stage(enum.IntEnum):
    """The stage that a model serves: demask_stage."""

    FACE_DETECTOR = 0
    SEGMENTER = 1
    LANDMARK_DETECTOR = 2
    GENDER_CLASSIFIER = 3
    INPAINTER_FEMALE = 4
    INPAINTER_MALE = 5
    INPAINTER_PRIOR = 6
    SHAPE_MODEL = 7


class LandmarkScheme(enum.IntEnum):
    """Order of the points of a landmark set; the value is their number: demask_landmark_scheme."""

    IBUG68 = 68
    WFLW98 = 98


class DType(enum.IntEnum):
    """Number format of a network's arithmetic: demask_dtype."""

    FP32 = 0
    BF16 = 1


class Gender(enum.IntEnum):
    """Generator to use, or that was used: demask_gender. It says nothing about a person."""

    AUTO = 0
    UNDECIDED = 0
    FEMALE = 1
    MALE = 2


class BlendMode(enum.IntEnum):
    """How the painted face is joined to the photo: demask_blend_mode."""

    FEATHER = 0
    POISSON = 1
    NONE = 2


class FaceSelection(enum.IntEnum):
    """Which of the detected faces are processed: demask_face_selection."""

    ALL = 0
    LARGEST = 1
    INDEX = 2


class Quality(enum.IntEnum):
    """How carefully faces are painted: demask_quality."""

    DEFAULT = -1
    """In options only: FINE for photos, FAST for videos."""
    FAST = 0
    """By the direct inpainter, at 128 pixels, enlarged."""
    FINE = 1
    """By the prior inpainter, at up to 512 pixels."""
    BEST = 2
    """As FINE, then a search for the face that fits best: seconds for each face."""


class Expression(enum.IntEnum):
    """The expression of a painted face: demask_expression."""

    AS_FOUND = 0
    """As the landmark detector guesses it."""
    NEUTRAL = 1
    """A closed mouth at rest."""
    SMILE = 2
    """A wide mouth with raised corners."""
    OPEN_MOUTH = 3
    """Parted lips and a lowered chin."""


class ReferenceUse(enum.IntEnum):
    """What a painted face has taken from a reference photo: demask_reference_use."""

    NONE = 0
    """There was no reference for the face."""
    SHAPE = 1
    """The landmarks under the mask; the pixels did not fit."""
    PIXELS = 2
    """The landmarks and the pixels under the mask."""
    REFUSED = 3
    """Nothing: no reference shows a bare face that resembles the visible part."""


class FaceStatus(enum.IntEnum):
    """What happened to a face: demask_face_status."""

    RECONSTRUCTED = 0
    NO_MASK = 1
    TOO_SMALL = 2
    NOT_SELECTED = 3
    LANDMARKS_UNRELIABLE = 4


class PipelineStep(enum.IntEnum):
    """Steps of one call, in order: demask_pipeline_step."""

    DETECT = 0
    LANDMARKS = 1
    SEGMENT = 2
    GENDER = 3
    INPAINT = 4
    COMPOSITE = 5


class SegmenterInput(enum.IntEnum):
    """What a segmenter takes as input: demask_segmenter_input."""

    CANONICAL_FACE = 0
    PHOTO = 1
