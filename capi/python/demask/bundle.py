# SPDX-License-Identifier: Apache-2.0
"""Model bundles: folders (or memory) of models with a manifest.json."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from typing import Dict, List, Mapping, Optional, Tuple, Union

from ._handles import Closable, Handle
from ._library import library, text
from ._structs import ArtifactInfoStruct, BundleLimitsStruct, ModelInfoStruct
from .enums import LandmarkScheme, Stage
from .images import PathLike


@dataclass(frozen=True)
class ModelInfo:
    """A model as the manifest describes it."""

    stage: Stage
    variant: str
    """Such as "semantic" or "points"; for inpainters, the name of their set, "" for the default."""
    file: str
    sha256: str
    size_bytes: int
    license: str
    training_data: str
    input_size: int
    """Side of the square input, or the longest side of a photo, in pixels."""
    landmark_scheme: LandmarkScheme
    """Landmark detector: number and order of its points."""
    threshold: float
    """Minimum score of a detection, or minimum probability of a mask pixel."""
    crop_scale: float
    """Landmark detector: side of the crop as a multiple of the larger side of the face box."""
    class_names: Tuple[str, ...]
    """Gender classifier: the order of its classes."""
    metrics: Dict[str, float]
    """Measured quality, by the name of the figure."""
    min_confidence: float
    """Landmark detector: mean confidence of a face's points, in [0, 1], below which the face is not
    painted."""
    largest_face: float
    """Face detector: longest side of a face, in pixels of the scaled photo, that the network was
    trained to find; larger faces are searched for at half the size. 0: all sizes at once."""
    mirror_average: bool
    """Landmark detector, gender classifier: whether the outputs for the face and its mirror image
    are averaged."""


@dataclass(frozen=True)
class ArtifactInfo:
    """A discriminator that inpainters of a bundle were trained against, kept so that training can
    continue. It is never loaded, and a copy of the bundle may lack its file."""

    name: str
    """"discriminator_female" or "discriminator_male"."""
    variant: str
    """The set of inpainters that it belongs to; "" for the default one."""
    file: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class BundleLimits:
    """How large the model files of a bundle may be."""

    max_file_bytes: int = 1 << 30
    """Maximum size of one file."""
    max_total_bytes: int = 4 << 30
    """Maximum size of all files together."""

    def _struct(self) -> BundleLimitsStruct:
        return BundleLimitsStruct(self.max_file_bytes, self.max_total_bytes)


class Bundle(Closable):
    """A set of models, which are read and checked when they are needed. Objects that were loaded
    from a bundle stay usable after it is closed. Any number of threads may use one bundle at
    once.

    >>> with demask.Bundle() as bundle:
    ...     bundle.has(demask.Stage.FACE_DETECTOR), bundle.models[0].stage.name
    (True, 'FACE_DETECTOR')
    """

    def __init__(self, folder: Optional[PathLike] = None,
                 limits: BundleLimits = BundleLimits()) -> None:
        """Opens the bundle in `folder` or, without one, the default bundle: the folder that the
        environment variable DEMASK_MODELS names (if it is set, only that), the one in the prefix
        that the library is installed in, or the one in the source tree that it was built from.

        Raises BundleNotFoundError, which names every place, and BundleInvalidError.
        """
        struct = limits._struct()
        if folder is None:
            self._handle = Handle("bundle_free", "bundle_open_default_limited",
                                  ctypes.byref(struct))
        else:
            self._handle = Handle("bundle_free", "bundle_open_limited", os.fsencode(folder),
                                  ctypes.byref(struct))

    @classmethod
    def from_memory(cls, files: Mapping[str, bytes],
                    limits: BundleLimits = BundleLimits()) -> Bundle:
        """Makes a bundle from the contents of files by their names; one must be manifest.json.

        Raises BundleInvalidError.
        """
        struct = limits._struct()
        count = len(files)
        names = (ctypes.c_char_p * count)(*[os.fsencode(name) for name in files])
        contents = (ctypes.c_char_p * count)(*files.values())
        sizes = (ctypes.c_size_t * count)(*[len(content) for content in files.values()])
        return cls._of(Handle("bundle_free", "bundle_from_memory_limited", names, contents, sizes,
                              count, ctypes.byref(struct)))

    @classmethod
    def _of(cls, handle: Handle) -> Bundle:
        bundle = cls.__new__(cls)
        bundle._handle = handle
        return bundle

    @property
    def name(self) -> str:
        return text(library().get("bundle_name", self._open_handle().pointer))

    @property
    def version(self) -> str:
        return text(library().get("bundle_version", self._open_handle().pointer))

    @property
    def license(self) -> str:
        return text(library().get("bundle_license", self._open_handle().pointer))

    @property
    def folder(self) -> str:
        """Folder of the bundle; "" for a bundle from memory."""
        return text(library().get("bundle_folder", self._open_handle().pointer))

    @property
    def variants(self) -> List[str]:
        """Names of the sets of inpainters besides the default one."""
        handle = self._open_handle()
        count = library().get("bundle_variant_count", handle.pointer)
        return [_variant_name(handle, index) for index in range(count)]

    @property
    def variant(self) -> str:
        """The set of inpainters that is chosen; "" for the default one."""
        return text(library().get("bundle_variant", self._open_handle().pointer))

    def with_variant(self, name: str) -> Bundle:
        """Returns this bundle with another set of inpainters chosen; "" for the default set.

        Raises InvalidArgumentError, which names the existing variants.
        """
        return self._of(Handle("bundle_free", "bundle_with_variant", self._open_handle().pointer,
                               os.fsencode(name)))

    def has(self, stage: Stage) -> bool:
        """Whether the bundle has a model for the stage."""
        return bool(library().get("bundle_has", self._open_handle().pointer, stage))

    def verify(self) -> None:
        """Reads every model file and compares its hash.

        Raises UnreadableFileError, HashMismatchError.
        """
        library().call("bundle_verify", self._open_handle().pointer)

    @property
    def models(self) -> List[ModelInfo]:
        """The models in the manifest's order."""
        handle = self._open_handle()
        count = library().get("bundle_model_count", handle.pointer)
        return [_model(handle, index) for index in range(count)]

    @property
    def artifacts(self) -> List[ArtifactInfo]:
        """The training artifacts, in the manifest's order."""
        handle = self._open_handle()
        count = library().get("bundle_artifact_count", handle.pointer)
        return [_artifact(handle, index) for index in range(count)]


BundleLike = Union[Bundle, PathLike, None]
"""A bundle, the folder of one, or None for the default bundle."""


def as_bundle(bundle: BundleLike) -> Bundle:
    return bundle if isinstance(bundle, Bundle) else Bundle(bundle)


def _model(handle: Handle, index: int) -> ModelInfo:
    info = ModelInfoStruct()
    library().call("bundle_model", handle.pointer, index, ctypes.byref(info))
    return ModelInfo(
        stage=Stage(info.stage), variant=text(info.variant), file=text(info.file),
        sha256=text(info.sha256), size_bytes=info.size_bytes, license=text(info.license),
        training_data=text(info.training_data), input_size=info.input_size,
        landmark_scheme=LandmarkScheme(info.landmark_scheme), threshold=info.threshold,
        crop_scale=info.crop_scale,
        class_names=tuple(_class_name(handle, index, i) for i in range(info.class_name_count)),
        metrics=dict(_metric(handle, index, i) for i in range(info.metric_count)),
        min_confidence=info.min_confidence, largest_face=info.largest_face,
        mirror_average=bool(info.mirror_average))


def _artifact(handle: Handle, index: int) -> ArtifactInfo:
    info = ArtifactInfoStruct()
    library().call("bundle_artifact", handle.pointer, index, ctypes.byref(info))
    return ArtifactInfo(name=text(info.name), variant=text(info.variant), file=text(info.file),
                        sha256=text(info.sha256), size_bytes=info.size_bytes)


def _variant_name(handle: Handle, index: int) -> str:
    name = ctypes.c_char_p()
    library().call("bundle_variant_name", handle.pointer, index, ctypes.byref(name))
    return text(name.value)


def _class_name(handle: Handle, model: int, index: int) -> str:
    name = ctypes.c_char_p()
    library().call("bundle_class_name", handle.pointer, model, index, ctypes.byref(name))
    return text(name.value)


def _metric(handle: Handle, model: int, index: int) -> Tuple[str, float]:
    key, value = ctypes.c_char_p(), ctypes.c_double()
    library().call(
        "bundle_metric", handle.pointer, model, index, ctypes.byref(key), ctypes.byref(value))
    return text(key.value), value.value
