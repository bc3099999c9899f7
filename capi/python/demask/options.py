# SPDX-License-Identifier: Apache-2.0
"""Options for running models and for a reconstruction, with the defaults of the C ABI."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Sequence

from ._handles import Handle
from ._structs import (AbortCallback, DetectOptionsStruct, FloatPointer, LandmarksStruct,
                       ProgressCallback, ReconstructOptionsStruct, ReferencePhotoStruct,
                       RuntimeOptionsStruct)
from .enums import BlendMode, DType, Expression, FaceSelection, Gender, PipelineStep, Quality
from .errors import CancelledError, InvalidArgumentError
from .geometry import Box, Landmarks, float_array
from .images import ImageLike, View

Progress = Callable[[PipelineStep, int, int], None]
"""Called with a step and how many of its units of work are done, out of how many; ProgressBar shows
them."""
Abort = Callable[[], bool]
"""Returns whether to stop; True ends the call with CancelledError."""


@dataclass(frozen=True)
class RuntimeOptions:
    """Where and how models run; fixed when the models are loaded."""

    device: str = "cpu"
    """"cpu", "cuda" or "cuda:N"."""
    dtype: DType = DType.FP32
    threads: int = 0
    """Intra-op threads of a call; 0 keeps the number that the process has set."""

    def _struct(self) -> RuntimeOptionsStruct:
        return RuntimeOptionsStruct(os.fsencode(self.device), self.dtype, self.threads)


@dataclass(frozen=True)
class DetectOptions:
    """Parameters of a detection."""

    score_threshold: float = -1.0
    """Minimum score of a face, in [0, 1]; if negative, the model's own."""
    nms_iou: float = 0.4
    """In [0, 1]: boxes whose intersection over union with a better box is larger are dropped."""
    min_face_size: float = 24.0
    """Smallest larger side of a face to search for: from 1 in pixels of the photo, below 1 as a
    fraction of the photo's longer side. Smaller faces may be found as well."""

    def _struct(self) -> DetectOptionsStruct:
        return DetectOptionsStruct(self.score_threshold, self.nms_iou, self.min_face_size)


@dataclass(frozen=True, eq=False)
class ReferencePhoto:
    """Another photo of the person of a masked face, in which the face is bare."""

    photo: ImageLike
    box: Optional[Box] = None
    """Where its face is, in pixels of it; None for its largest face."""
    face_index: Optional[int] = None
    """Which face it shows: its index in Result.faces, in a video its track id; None for the largest
    of the masked faces that are reconstructed."""


@dataclass(frozen=True, eq=False)
class ReconstructOptions:
    """Parameters of one reconstruction."""

    gender: Gender = Gender.AUTO
    gender_margin: float = 0.15
    """In [0, 0.5]: the gender is uncertain if its probability is below 0.5 + margin."""
    both_when_uncertain: bool = False
    """Whether to also return the photo with uncertain faces painted by the other generator."""
    mask: Optional[ImageLike] = None
    """A mask to use instead of the segmenter's: gray, of the photo's size. Pixels of level 128 or
    more are covered (with `mask_inverted`, those below 128)."""
    mask_inverted: bool = False
    boxes: Sequence[Box] = ()
    """Face boxes to use instead of the detector's."""
    landmarks: Sequence[Landmarks] = ()
    """Landmarks to use instead of the detector's, one set per face; boxes are then not needed."""
    mask_dilation: float = 0.02
    """How far the mask is grown, as a fraction of the canonical face's side, in [0, 0.25]."""
    blend: BlendMode = BlendMode.FEATHER
    selection: FaceSelection = FaceSelection.ALL
    face_index: int = 0
    """With FaceSelection.INDEX: position of the face in the order of detection scores, from 0."""
    detection_threshold: float = -1.0
    """Minimum detection score, in [0, 1]; if negative, the model's own."""
    segmentation_threshold: float = -1.0
    """Minimum probability of a mask pixel, in [0, 1]; if negative, the model's own."""
    min_face_size: float = 24.0
    """Minimum length of the box's larger side: from 1 in pixels of the photo, below 1 as a fraction
    of the photo's longer side. Smaller faces are not searched for; if found anyway, they are
    TOO_SMALL."""
    min_mask_area: float = 0.02
    """In [0, 1]: a mask that covers a smaller fraction of the canonical face is ignored."""
    min_landmark_confidence: float = -1.0
    """Minimum mean confidence of a face's landmarks, in [0, 1]; if negative, the model's own. Faces
    below it are left untouched: most are seen from the side or from behind, or are not faces.
    Landmarks given by the caller are always used."""
    quality: Quality = Quality.DEFAULT
    """How carefully faces are painted. A bundle without Stage.INPAINTER_PRIOR paints all of them
    with Quality.FAST."""
    search_steps: int = 40
    """Steps of the search of Quality.BEST, 0 to 1000."""
    search_seconds: float = 0.0
    """Ends the search of each face after this time; 0 for no limit."""
    variants: int = 1
    """Number of plausible faces for each masked face, 1 to 16: each further answer has other
    landmarks where the mask is, drawn from those that fit what is seen. More than 1 needs
    Stage.SHAPE_MODEL."""
    diversity: float = 0.5
    """How much the variants differ, in [0, 1]: 0 repeats the most likely face; at 1 they differ as
    faces with equal visible parts do."""
    seed: int = 0
    """0 to 2**64 - 1. Equal seeds give equal variants."""
    expression: Expression = Expression.AS_FOUND
    """The expression of all painted faces. Any but AS_FOUND needs Stage.SHAPE_MODEL."""
    references: Sequence[ReferencePhoto] = ()
    """Photos of the persons of masked faces, without masks: at most 4 for one face. What the mask
    hides is taken from the one whose head is turned most like the masked face."""
    max_pixels: int = 100_000_000
    """A photo with more pixels is refused."""
    progress: Optional[Progress] = None
    """Called on the calling thread. An exception in it ends the call, which then raises it."""
    abort: Optional[Abort] = None
    """Called on the calling thread. An exception in it ends the call, which then raises it."""


def _seed(seed: int) -> int:
    # ctypes would silently take the seed modulo 2**64.
    if not 0 <= seed < 2**64:
        raise InvalidArgumentError(f"seed: is {seed}; must be 0 to 2**64 - 1")
    return seed


class ReconstructCall:
    """The options of one call in the form that the library takes, valid as long as this object."""

    def __init__(self, options: ReconstructOptions) -> None:
        self._options = options
        self._raised: Optional[BaseException] = None
        self._kept: List[Any] = []
        self.struct = ReconstructOptionsStruct(
            gender=options.gender, gender_margin=options.gender_margin,
            both_when_uncertain=options.both_when_uncertain, mask_inverted=options.mask_inverted,
            mask_dilation=options.mask_dilation, blend=options.blend, selection=options.selection,
            face_index=options.face_index, detection_threshold=options.detection_threshold,
            segmentation_threshold=options.segmentation_threshold,
            min_face_size=options.min_face_size, min_mask_area=options.min_mask_area,
            min_landmark_confidence=options.min_landmark_confidence,
            search_seconds=options.search_seconds, quality=options.quality,
            search_steps=options.search_steps, variants=options.variants,
            diversity=options.diversity, seed=_seed(options.seed), expression=options.expression,
            max_pixels=options.max_pixels)
        self._set_faces()
        self._set_references()
        self._set_callbacks()

    def make(self, free: str, make: str, *arguments: Any) -> Handle:
        """Calls a function that creates a handle. If a callback raised an exception, raises that
        exception instead of CancelledError."""
        self._raised = None
        try:
            handle = Handle(free, make, *arguments)
        except CancelledError:
            if self._raised is None:
                raise
        if self._raised is not None:
            raise self._raised
        return handle

    def _set_faces(self) -> None:
        options = self._options
        if options.mask is not None:
            view = View(options.mask, name="mask")
            self._kept.append(view)
            self.struct.mask = ctypes.pointer(view.struct)
        if len(options.boxes) > 0:
            boxes = float_array(options.boxes, (-1, 4), "boxes")
            self._kept.append(boxes)
            self.struct.boxes = boxes.ctypes.data_as(FloatPointer)
            self.struct.box_count = len(boxes)
        if len(options.landmarks) > 0:
            sets = (LandmarksStruct * len(options.landmarks))(
                *[landmarks._struct() for landmarks in options.landmarks])
            self._kept.append(sets)
            self.struct.landmarks = sets
            self.struct.landmarks_count = len(sets)

    def _set_references(self) -> None:
        references = self._options.references
        if len(references) == 0:
            return
        structs = (ReferencePhotoStruct * len(references))(
            *[self._reference(references[i], f"references[{i}]") for i in range(len(references))])
        self._kept.append(structs)
        self.struct.references = structs
        self.struct.reference_count = len(structs)

    def _reference(self, reference: ReferencePhoto, name: str) -> ReferencePhotoStruct:
        if reference.face_index is not None and reference.face_index < 0:
            raise InvalidArgumentError(
                f"{name}.face_index: is {reference.face_index}; count from 0")
        view = View(reference.photo, name=f"{name}.photo")
        self._kept.append(view)
        return ReferencePhotoStruct(
            ctypes.pointer(view.struct), (ctypes.c_float * 4)(*(reference.box or ())),
            -1 if reference.face_index is None else reference.face_index)

    def _set_callbacks(self) -> None:
        progress, abort = self._options.progress, self._options.abort
        if progress is not None:
            self.struct.progress_callback = ProgressCallback(self._on_progress)
        if progress is not None or abort is not None:
            self.struct.abort_callback = AbortCallback(self._should_stop)

    def _on_progress(self, _: Any, step: int, done: int, total: int) -> None:
        if self._raised is None and self._options.progress is not None:
            try:
                self._options.progress(PipelineStep(step), done, total)
            except BaseException as error:  # No exception may pass through the library.
                self._raised = error

    def _should_stop(self, _: Any) -> int:
        if self._raised is None and self._options.abort is not None:
            try:
                return int(bool(self._options.abort()))
            except BaseException as error:
                self._raised = error
        return int(self._raised is not None)
