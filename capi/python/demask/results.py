"""What came of a photo."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from ._library import library
from ._structs import FaceStruct, ImageViewStruct, LandmarksStruct
from .enums import FaceStatus, Gender, PipelineStep
from .geometry import Box, Landmarks, landmarks_from
from .images import PixelArray, array_from


@dataclass(frozen=True, eq=False)
class FaceMask:
    """All that was painted: the mask, grown, and the straps found to leave it."""

    x: int
    y: int
    """Pixel of the photo that the top left pixel of `pixels` lies on."""
    pixels: PixelArray
    """Gray; 255 is covered."""


@dataclass(frozen=True, eq=False)
class Face:
    """What was found and done for one face. Images are None where the library made none."""

    status: FaceStatus
    box: Box
    score: float
    """Of the detection, in [0, 1]; 1 for boxes or landmarks given by the caller."""
    gender: Gender
    """Gender.UNDECIDED if it was not decided."""
    gender_probability: float
    """Of `gender`, in [0.5, 1]; 0 if it was not decided."""
    gender_uncertain: bool
    landmarks: Optional[Landmarks]
    """In pixels of the photo."""
    mask: Optional[FaceMask]
    aligned_before: Optional[PixelArray]
    """The canonical face as it was, RGB 256 x 256; smaller around its eyes than
    canonical_similarity() has it where its mask would hang below the square."""
    aligned_mask: Optional[PixelArray]
    """The canonical hole, gray 256 x 256."""
    aligned_after: Optional[PixelArray]
    """The canonical face as it was reconstructed, RGB 256 x 256."""
    aligned_alternative: Optional[PixelArray]
    """The other generator's canonical face, with `both_when_uncertain`."""
    milliseconds: Dict[PipelineStep, float]


@dataclass(frozen=True, eq=False)
class Result:
    """What came of one photo. Everything is a copy of its own."""

    photo: PixelArray
    """In size and pixel format of the input; bit-identical to it where `changed` is 0."""
    changed: PixelArray
    """Gray, of the photo's size: 255 where a pixel may differ from the input."""
    alternative_photo: Optional[PixelArray]
    """The photo with the other generator's work for the uncertain faces; None unless
    `both_when_uncertain` was set and a face was uncertain."""
    detect_milliseconds: float
    faces: Tuple[Face, ...]
    """Whatever became of them, best score first."""


def result_from(pointer: ctypes.c_void_p) -> Result:
    """A copy of a result that belongs to the library."""
    photo = _image("result_photo", pointer)
    changed = _image("result_changed", pointer)
    assert photo is not None and changed is not None
    count = library().get("result_face_count", pointer)
    return Result(
        photo=photo, changed=changed,
        alternative_photo=_image("result_alternative_photo", pointer),
        detect_milliseconds=library().get("result_detect_milliseconds", pointer),
        faces=tuple(_face(pointer, index) for index in range(count)))


def _image(function: str, pointer: ctypes.c_void_p, *arguments: Any) -> Optional[PixelArray]:
    view = ImageViewStruct()
    library().call(function, pointer, *arguments, ctypes.byref(view))
    return array_from(view)


def _face(pointer: ctypes.c_void_p, index: int) -> Face:
    face = FaceStruct()
    library().call("result_face", pointer, index, ctypes.byref(face))

    def aligned(name: str, exists: int) -> Optional[PixelArray]:
        return _image(f"result_face_aligned_{name}", pointer, index) if exists else None

    return Face(
        status=FaceStatus(face.status), box=Box(*face.box), score=face.score,
        gender=Gender(face.gender), gender_probability=face.gender_probability,
        gender_uncertain=bool(face.gender_uncertain),
        landmarks=_landmarks(pointer, index) if face.has_landmarks else None,
        mask=_mask(pointer, index) if face.has_mask else None,
        aligned_before=aligned("before", face.has_aligned),
        aligned_mask=aligned("mask", face.has_aligned),
        aligned_after=aligned("after", face.has_aligned),
        aligned_alternative=aligned("alternative", face.has_alternative),
        milliseconds={step: _milliseconds(pointer, index, step) for step in PipelineStep})


def _landmarks(pointer: ctypes.c_void_p, index: int) -> Landmarks:
    struct = LandmarksStruct()
    library().call("result_face_landmarks", pointer, index, ctypes.byref(struct))
    return landmarks_from(struct)


def _mask(pointer: ctypes.c_void_p, index: int) -> FaceMask:
    x, y = ctypes.c_int32(), ctypes.c_int32()
    pixels = _image("result_face_mask", pointer, index, ctypes.byref(x), ctypes.byref(y))
    assert pixels is not None
    return FaceMask(x.value, y.value, pixels)


def _milliseconds(pointer: ctypes.c_void_p, index: int, step: PipelineStep) -> float:
    value = ctypes.c_double()
    library().call("result_face_milliseconds", pointer, index, step, ctypes.byref(value))
    return value.value
