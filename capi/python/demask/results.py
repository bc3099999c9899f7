# SPDX-License-Identifier: Apache-2.0
"""The results of a reconstruction."""

from __future__ import annotations

import ctypes
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

from ._library import library, text
from ._structs import FaceStruct, ImageViewStruct, LandmarksStruct
from .enums import FaceStatus, Gender, PipelineStep, PixelFormat, Quality, ReferenceUse
from .geometry import Box, Landmarks, landmarks_from
from .images import EncodeOptions, PathLike, PixelArray, View, array_from, to_pil, write_image

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage


@dataclass(frozen=True, eq=False)
class FaceMask:
    """Everything that was painted: the grown mask and the straps that leave it."""

    x: int
    y: int
    """x and y are the pixel of the photo under the top left pixel of `pixels`."""
    pixels: PixelArray
    """Gray; 255 where a pixel was painted."""


@dataclass(frozen=True, eq=False)
class FaceVariant:
    """One of several plausible faces."""

    aligned: PixelArray
    """The painted canonical face, RGB, of the size of `aligned_after`."""
    landmarks: Landmarks
    """The landmarks it was painted with, in pixels of the photo."""
    likelihood: float
    """In (0, 1]: the density of its landmarks over that of the first variant, to the power of 1
    over the number of coordinates."""


@dataclass(frozen=True, eq=False)
class Face:
    """What was found and done for one face. Images that the library did not make are None."""

    status: FaceStatus
    reason: str
    """Why the face is untouched, in one English sentence with the measured value and its limit; ""
    if it is reconstructed."""
    box: Box
    score: float
    """Score of the detection, in [0, 1]; 1 for boxes or landmarks given by the caller."""
    gender: Gender
    """Gender.UNDECIDED if it was not decided."""
    gender_probability: float
    """Probability of `gender`, in [0.5, 1]; 0 if it was not decided."""
    gender_uncertain: bool
    landmarks: Optional[Landmarks]
    """In pixels of the photo; None if they were not searched for."""
    quality: Quality
    """How the face was painted, if it was RECONSTRUCTED."""
    mask: Optional[FaceMask]
    aligned_before: Optional[PixelArray]
    """The canonical face before reconstruction, RGB, square; its side, 128 to
    512 pixels, follows the size of the face in the photo. If its mask would hang below the
    square, the face is shrunk around its eyes, compared to canonical_similarity()."""
    aligned_mask: Optional[PixelArray]
    """The canonical hole, gray, of its size."""
    aligned_after: Optional[PixelArray]
    """The reconstructed canonical face, RGB, of its size."""
    aligned_alternative: Optional[PixelArray]
    """The canonical face painted by the other generator, with `both_when_uncertain`."""
    variants: Tuple[FaceVariant, ...]
    """With `variants` above 1: that many faces; the first is the one in `aligned_after`."""
    reference: ReferenceUse
    """What was taken from a reference photo."""
    reference_reason: str
    """Why no more was taken, in one English sentence; "" unless `reference` is SHAPE or REFUSED."""
    milliseconds: Dict[PipelineStep, float]


@dataclass(frozen=True, eq=False)
class Result:
    """The result for one photo. All members are independent copies."""

    photo: PixelArray
    """Has the size and pixel format of the input; bit-identical to it where `changed` is 0."""
    changed: PixelArray
    """Gray, of the photo's size: 255 where a pixel may differ from the input."""
    alternative_photo: Optional[PixelArray]
    """The photo with uncertain faces painted by the other generator; None unless
    `both_when_uncertain` was set and the gender of a face was uncertain."""
    variant_photos: Tuple[PixelArray, ...]
    """With `variants` above 1 and a painted face: that many photos, each with that variant of every
    face; the first equals `photo`."""
    detect_milliseconds: float
    faces: Tuple[Face, ...]
    """All detected faces, whatever their status, best score first."""
    pixel_format: PixelFormat = PixelFormat.RGB
    """The pixel format of `photo`, `alternative_photo` and `variant_photos`."""
    _replaced: Optional[PixelArray] = dataclasses.field(default=None, repr=False)
    # The input's pixels where `changed` is not 0, in the order of rows.

    @property
    def is_reconstructed(self) -> bool:
        """Whether at least one face was painted."""
        return any(face.status == FaceStatus.RECONSTRUCTED for face in self.faces)

    @property
    def before(self) -> Optional[PixelArray]:
        """The photo as it was given; None for results of reconstruct_file() and of videos."""
        if self._replaced is None:
            return None
        photo = self.photo.copy()
        photo[self.changed > 0] = self._replaced
        return photo

    def to_pil(self) -> PilImage:
        """The reconstructed photo as a PIL image of mode L, RGB or RGBA.

        >>> result = demask.Reconstructor().reconstruct("photo.png")
        >>> image = result.to_pil()
        >>> image.mode, image.size == result.photo.shape[1::-1]
        ('RGB', True)
        """
        return to_pil(self.photo, self.pixel_format)

    def save(self, path: PathLike, source: Optional[PathLike] = None,
             encoding: EncodeOptions = EncodeOptions()) -> None:
        """Writes the reconstructed photo, marked like mark_as_synthetic() if a face was painted.

        source: the file that the photo was read from, whose metadata and 16-bit values are kept as
        by Reconstructor.reconstruct_file(). `encoding.synthetic` is ignored.
        Raises the exceptions of write_image().

        >>> result = demask.Reconstructor().reconstruct("photo.png")
        >>> result.save("saved.png", source="photo.png")
        >>> demask.is_marked_as_synthetic("saved.png")
        True
        """
        options = dataclasses.replace(encoding, synthetic=self.is_reconstructed)
        if source is not None:
            options = dataclasses.replace(
                options, metadata_source=options.metadata_source or source, pixel_source=source,
                changed=self.changed)
        write_image(path, self.photo, options, self.pixel_format)

    def panel(self) -> PilImage:
        """Draws photo, masks, landmarks and result side by side, and a row for each painted face,
        as a PIL image of mode RGB. Without `before`, the drawings are on the result."""
        from .panel import draw_panel  # Only the panel needs Pillow.

        return draw_panel(self)

    def show(self) -> None:
        """Shows the panel: in a notebook below the cell, elsewhere in the system's viewer of
        images."""
        try:
            from IPython import get_ipython
            from IPython.display import display
        except ImportError:
            self.panel().show("demask")
            return
        # The shell of a notebook has a kernel; IPython in a terminal has none.
        if getattr(get_ipython(), "kernel", None) is None:
            self.panel().show("demask")
        else:
            display(self)

    def _repr_png_(self) -> bytes:
        """The panel as a PNG file, which notebooks show for a result that is the value of a cell.
        If a face was painted, the file is marked like mark_as_synthetic()."""
        from .panel import panel_png

        return panel_png(self)


def result_from(pointer: ctypes.c_void_p, source: Optional[View] = None) -> Result:
    """Copies a result that belongs to the library. source: the photo that it was made from."""
    view = ImageViewStruct()
    library().call("result_photo", pointer, ctypes.byref(view))
    photo = array_from(view)
    changed = _image("result_changed", pointer)
    assert photo is not None and changed is not None
    count = library().get("result_face_count", pointer)
    replaced = None if source is None else source.array.reshape(photo.shape)[changed > 0]
    return Result(
        pixel_format=PixelFormat(view.format), _replaced=replaced,
        photo=photo, changed=changed,
        alternative_photo=_image("result_alternative_photo", pointer),
        variant_photos=tuple(
            _existing("result_variant_photo", pointer, variant)
            for variant in range(library().get("result_variant_count", pointer))),
        detect_milliseconds=library().get("result_detect_milliseconds", pointer),
        faces=tuple(_face(pointer, index) for index in range(count)))


def _image(function: str, pointer: ctypes.c_void_p, *arguments: Any) -> Optional[PixelArray]:
    view = ImageViewStruct()
    library().call(function, pointer, *arguments, ctypes.byref(view))
    return array_from(view)


def _existing(function: str, pointer: ctypes.c_void_p, *arguments: Any) -> PixelArray:
    image = _image(function, pointer, *arguments)
    assert image is not None
    return image


def _face(pointer: ctypes.c_void_p, index: int) -> Face:
    face = FaceStruct()
    library().call("result_face", pointer, index, ctypes.byref(face))

    def aligned(name: str, exists: int) -> Optional[PixelArray]:
        return _image(f"result_face_aligned_{name}", pointer, index) if exists else None

    return Face(
        status=FaceStatus(face.status),
        reason=text(library().get("result_face_reason", pointer, index)), box=Box(*face.box), score=face.score,
        gender=Gender(face.gender), gender_probability=face.gender_probability,
        gender_uncertain=bool(face.gender_uncertain),
        landmarks=_landmarks(pointer, index) if face.has_landmarks else None,
        quality=Quality(face.quality),
        mask=_mask(pointer, index) if face.has_mask else None,
        aligned_before=aligned("before", face.has_aligned),
        aligned_mask=aligned("mask", face.has_aligned),
        aligned_after=aligned("after", face.has_aligned),
        aligned_alternative=aligned("alternative", face.has_alternative),
        variants=tuple(
            _variant(pointer, index, variant) for variant in range(face.variant_count)),
        reference=ReferenceUse(face.reference),
        reference_reason=text(library().get("result_face_reference_reason", pointer, index)),
        milliseconds={step: _milliseconds(pointer, index, step) for step in PipelineStep})


def _variant(pointer: ctypes.c_void_p, index: int, variant: int) -> FaceVariant:
    landmarks, likelihood = LandmarksStruct(), ctypes.c_float()
    library().call("result_face_variant_landmarks", pointer, index, variant,
                   ctypes.byref(landmarks))
    library().call("result_face_variant_likelihood", pointer, index, variant,
                   ctypes.byref(likelihood))
    return FaceVariant(
        aligned=_existing("result_face_variant_aligned", pointer, index, variant),
        landmarks=landmarks_from(landmarks), likelihood=likelihood.value)


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
