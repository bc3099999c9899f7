# SPDX-License-Identifier: Apache-2.0
"""The stages of the pipeline, each called alone. Any number of threads may use one object at once.
Loading raises BundleInvalidError (no such stage in the bundle), UnreadableFileError,
HashMismatchError, ModelInvalidError or DeviceUnavailableError; running, InvalidImageError,
InvalidArgumentError or ModelInvalidError."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import List, Optional, Sequence

import numpy as np

from ._handles import Closable, Handle
from ._library import library
from ._structs import DetectionStruct, FloatPointer, LandmarksStruct, MaskStruct
from .bundle import BundleLike, as_bundle
from .enums import Gender, PixelFormat, SegmenterInput
from .geometry import Box, FloatArray, Landmarks, float_array, landmarks_from
from .images import ImageLike, PixelArray, View, made_image
from .options import DetectOptions, RuntimeOptions


def _load(free: str, load: str, bundle: BundleLike, options: RuntimeOptions,
          *arguments: int) -> Handle:
    source = as_bundle(bundle)._open_handle()
    struct = options._struct()
    return Handle(free, load, source.pointer, *arguments, ctypes.byref(struct))


@dataclass(frozen=True, eq=False)
class Detection:
    """A face that was found."""

    box: Box
    score: float
    """In [0, 1]."""
    points: FloatArray
    """5 x 2: x, y of right eye, left eye, nose, right and left mouth corner."""


class FaceDetector(Closable):
    """Finds faces, masked or bare."""

    def __init__(self, bundle: BundleLike = None,
                 options: RuntimeOptions = RuntimeOptions()) -> None:
        self._handle = _load("face_detector_free", "face_detector_load", bundle, options)

    def detect(self, photo: ImageLike, options: DetectOptions = DetectOptions(),
               pixel_format: Optional[PixelFormat] = None) -> List[Detection]:
        """Returns the faces of a photo, best score first."""
        handle = self._open_handle()
        view = View(photo, pixel_format, "photo")
        struct = options._struct()
        found = Handle("detections_free", "face_detector_detect", handle.pointer, view.reference,
                       ctypes.byref(struct))
        count = library().get("detections_count", found.pointer)
        return [_detection(found, index) for index in range(count)]


def _detection(found: Handle, index: int) -> Detection:
    struct = DetectionStruct()
    library().call("detections_get", found.pointer, index, ctypes.byref(struct))
    points = np.array(struct.points, dtype=np.float32).reshape(5, 2)
    return Detection(Box(*struct.box), struct.score, points)


class LandmarkDetector(Closable):
    """Finds landmarks, including those under a mask.

    >>> photo = demask.read_image("photo.png")
    >>> box = demask.FaceDetector().detect(photo)[0].box
    >>> landmarks = demask.LandmarkDetector().detect(photo, box)
    >>> demask.canonical_face(photo, landmarks).shape
    (256, 256, 3)
    """

    def __init__(self, bundle: BundleLike = None,
                 options: RuntimeOptions = RuntimeOptions()) -> None:
        self._handle = _load("landmark_detector_free", "landmark_detector_load", bundle, options)

    def detect(self, photo: ImageLike, box: Sequence[float], roll: float = 0.0,
               pixel_format: Optional[PixelFormat] = None) -> Landmarks:
        """Returns the landmarks of the face in `box`, in pixels of the photo. roll: rotation of the
        line between the eyes in radians, positive from x toward y."""
        handle = self._open_handle()
        view = View(photo, pixel_format, "photo")
        corners = float_array(box, (4,), "box")
        found = Handle("landmark_set_free", "landmark_detector_detect", handle.pointer,
                       view.reference, corners.ctypes.data_as(FloatPointer), roll)
        struct = LandmarksStruct()
        library().call("landmark_set_get", found.pointer, ctypes.byref(struct))
        return landmarks_from(struct)


@dataclass(frozen=True, eq=False)
class Mask:
    """A worn mask: probabilities over a rectangle of the image."""

    x: int
    y: int
    """x and y are the pixel of the image that the top left value belongs to."""
    probability: FloatArray
    """Probability of mask, height x width, in [0, 1]."""
    score: float
    """Score of the mask, in [0, 1]."""
    straps: Optional[FloatArray]
    """Probability of straps outside the mask, height x width, in [0, 1]; None if the model does not
    segment straps."""


class Segmenter(Closable):
    """Finds the pixels that worn masks cover."""

    def __init__(self, bundle: BundleLike = None,
                 options: RuntimeOptions = RuntimeOptions()) -> None:
        self._handle = _load("segmenter_free", "segmenter_load", bundle, options)
        looks_at, threshold = ctypes.c_int32(), ctypes.c_float()
        library().call("segmenter_get_input", self._open_handle().pointer, ctypes.byref(looks_at),
                       ctypes.byref(threshold))
        self.input = SegmenterInput(looks_at.value)
        """Whether segment() takes a canonical face or a whole photo."""
        self.threshold = float(threshold.value)
        """Minimum probability of a mask pixel."""

    def segment(self, image: ImageLike,
                pixel_format: Optional[PixelFormat] = None) -> List[Mask]:
        """Returns the masks of an image, best score first; exactly one for a canonical face."""
        handle = self._open_handle()
        view = View(image, pixel_format)
        found = Handle("masks_free", "segmenter_segment", handle.pointer, view.reference)
        count = library().get("masks_count", found.pointer)
        return [_mask(found, index) for index in range(count)]


def _mask(found: Handle, index: int) -> Mask:
    struct = MaskStruct()
    library().call("masks_get", found.pointer, index, ctypes.byref(struct))
    shape = (struct.height, struct.width)
    probability = np.ctypeslib.as_array(struct.probability, shape).copy()
    straps = np.ctypeslib.as_array(struct.straps, shape).copy() if struct.straps else None
    return Mask(struct.x, struct.y, probability, struct.score, straps)


@dataclass(frozen=True)
class GenderEstimate:
    """Which of the two generators fits a face. It says nothing about a person."""

    gender: Gender
    probability: float
    """Probability of `gender`, in [0.5, 1]."""


class GenderClassifier(Closable):
    """Chooses between the two generators."""

    def __init__(self, bundle: BundleLike = None,
                 options: RuntimeOptions = RuntimeOptions()) -> None:
        self._handle = _load("gender_classifier_free", "gender_classifier_load", bundle, options)

    def classify(self, face: ImageLike,
                 pixel_format: Optional[PixelFormat] = None) -> GenderEstimate:
        """Classifies a canonical face."""
        handle = self._open_handle()
        view = View(face, pixel_format, "face")
        gender, probability = ctypes.c_int32(), ctypes.c_float()
        library().call("gender_classifier_classify", handle.pointer, view.reference,
                       ctypes.byref(gender), ctypes.byref(probability))
        return GenderEstimate(Gender(gender.value), probability.value)


class Inpainter(Closable):
    """Paints the masked part of canonical faces."""

    def __init__(self, gender: Gender, bundle: BundleLike = None,
                 options: RuntimeOptions = RuntimeOptions()) -> None:
        """gender: Gender.FEMALE or Gender.MALE, which chooses the generator."""
        self._handle = _load("inpainter_free", "inpainter_load", bundle, options, gender)

    def inpaint(self, face: ImageLike, mask: ImageLike, landmarks: Landmarks,
                pixel_format: Optional[PixelFormat] = None) -> PixelArray:
        """Paints one canonical face and returns it as RGB. Pixels outside the mask stay those of
        the face; if they are gray, so is the painting.

        mask: gray, of the size of `face`; pixels of level 128 or more are painted. landmarks: in
        pixels of `face`.
        """
        handle = self._open_handle()
        face_view = View(face, pixel_format, "face")
        mask_view = View(mask, name="mask")
        struct = landmarks._struct()
        return made_image("inpainter_inpaint", handle.pointer, face_view.reference,
                          mask_view.reference, ctypes.byref(struct))
