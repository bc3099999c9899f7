# SPDX-License-Identifier: Apache-2.0
"""demask for Python: finds the face masks worn in a photo and reconstructs the faces under them.

    >>> import demask
    >>> with demask.Reconstructor() as reconstructor:
    ...     result = reconstructor.reconstruct_file("photo.png", "unmasked.png")
    >>> result.is_reconstructed
    True

A painted face is a plausible guess, never an identification of a person.
"""

from ._library import library as _get_library
from ._library import load_library
from ._library import text as _text
from ._version import __version__
from .bundle import ArtifactInfo, Bundle, BundleLike, BundleLimits, ModelInfo
from .enums import (BlendMode, DType, Expression, FaceSelection, FaceStatus, Gender, LandmarkScheme,
                    LogLevel, PipelineStep, PixelFormat, Quality, ReferenceUse, SegmenterInput, Stage,
                    Status)
from .errors import (BundleInvalidError, BundleNotFoundError, CancelledError, DemaskError,
                     DeviceUnavailableError, HashMismatchError, ImageTooLargeError, InternalError,
                     InvalidArgumentError, InvalidImageError, LibraryUnavailableError,
                     ModelInvalidError, OutOfMemoryError, UnreadableFileError,
                     UnsupportedFormatError, UnwritableFileError)
from .geometry import Box, Landmarks, canonical_similarity
from .images import (EncodeOptions, ImageLike, PixelArray, canonical_face, convert_image,
                     decode_image, is_marked_as_synthetic, mark_as_synthetic, read_image, to_pil,
                     write_image)
from .log import log_to_logger, set_log_callback
from .options import DetectOptions, ReconstructOptions, ReferencePhoto, RuntimeOptions
from .progress import ProgressBar
from .reconstructor import Reconstructor
from .results import Face, FaceMask, FaceVariant, Result
from .stages import (Detection, FaceDetector, GenderClassifier, GenderEstimate, Inpainter,
                     LandmarkDetector, Mask, Segmenter)
from .video import FrameResult, Video, VideoOptions


def library_version() -> str:
    """The version of the C library, such as "0.2.0"."""
    return _text(_get_library().get("version"))


def build_info() -> str:
    """What the C library was built with and the license of this build, in one line, such as
    "LibTorch 1.13.0, with Exiv2, GPL-3.0-or-later"."""
    return _text(_get_library().get("build_info"))


__all__ = [
    "ArtifactInfo", "BlendMode", "Box", "Bundle", "BundleInvalidError", "BundleLike", "BundleLimits",
    "BundleNotFoundError",
    "CancelledError", "DType", "DemaskError", "DetectOptions", "Detection", "build_info",
    "DeviceUnavailableError", "EncodeOptions", "Expression", "Face", "FaceDetector", "FaceMask",
    "FaceSelection", "FaceStatus", "FaceVariant", "FrameResult", "Gender", "GenderClassifier", "GenderEstimate",
    "HashMismatchError", "ImageLike", "ImageTooLargeError", "Inpainter", "InternalError",
    "InvalidArgumentError", "InvalidImageError", "LandmarkDetector", "LandmarkScheme", "Landmarks",
    "LibraryUnavailableError", "LogLevel", "Mask", "ModelInfo", "ModelInvalidError",
    "OutOfMemoryError", "PipelineStep", "PixelArray", "PixelFormat", "ProgressBar", "Quality",
    "ReconstructOptions", "Reconstructor", "ReferencePhoto", "ReferenceUse", "Result",
    "RuntimeOptions", "Segmenter", "SegmenterInput", "Stage", "Status",
    "UnreadableFileError", "UnsupportedFormatError", "UnwritableFileError", "Video",
    "VideoOptions", "__version__",
    "canonical_face", "canonical_similarity", "convert_image", "decode_image",
    "is_marked_as_synthetic", "library_version", "load_library", "log_to_logger", "mark_as_synthetic",
    "read_image", "set_log_callback", "to_pil", "write_image",
]
