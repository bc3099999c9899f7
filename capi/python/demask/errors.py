# SPDX-License-Identifier: Apache-2.0
"""The exceptions of the package: one for each error code of the C ABI.

Every message names the thing, the reason and the remedy.
"""

from __future__ import annotations

from typing import Dict, Type

from .enums import Status


class LibraryUnavailableError(ImportError):
    """The C library was not found, does not load, or does not fit this process."""


class DemaskError(Exception):
    """A call of the library failed; `status` is its error code."""

    status: Status = Status.INTERNAL


class InvalidArgumentError(DemaskError, ValueError):
    """A parameter is outside its documented range."""

    status = Status.INVALID_ARGUMENT


class InvalidImageError(DemaskError, ValueError):
    """An image has no data or no size, or is not an array of 8-bit pixels."""

    status = Status.INVALID_IMAGE


class ImageTooLargeError(DemaskError, ValueError):
    """An image has more pixels than the limit allows."""

    status = Status.IMAGE_TOO_LARGE


class UnreadableFileError(DemaskError, OSError):
    """A file is missing, or cannot be opened or decoded."""

    status = Status.UNREADABLE_FILE


class UnsupportedFormatError(DemaskError, ValueError):
    """An image file is not 8-bit gray, RGB or RGBA, or an extension is unknown."""

    status = Status.UNSUPPORTED_FORMAT


class UnwritableFileError(DemaskError, OSError):
    """An output cannot be created, written or renamed."""

    status = Status.UNWRITABLE_FILE


class BundleNotFoundError(DemaskError, OSError):
    """There is no model bundle in the given place, or in any default place."""

    status = Status.BUNDLE_NOT_FOUND


class BundleInvalidError(DemaskError):
    """A manifest is missing, malformed, of another schema, or lacks a stage."""

    status = Status.BUNDLE_INVALID


class HashMismatchError(DemaskError):
    """A model file is not the one that the manifest describes."""

    status = Status.HASH_MISMATCH


class ModelInvalidError(DemaskError):
    """A model does not load or violates its contract."""

    status = Status.MODEL_INVALID


class DeviceUnavailableError(DemaskError):
    """This machine lacks the device or does not support the number format."""

    status = Status.DEVICE_UNAVAILABLE


class CancelledError(DemaskError):
    """The abort callback stopped the call."""

    status = Status.CANCELLED


class OutOfMemoryError(DemaskError, MemoryError):
    """An allocation of the library failed."""

    status = Status.OUT_OF_MEMORY


class InternalError(DemaskError):
    """A defect of demask itself; please report it."""

    status = Status.INTERNAL


_ERRORS: Dict[Status, Type[DemaskError]] = {
    error.status: error for error in DemaskError.__subclasses__()
}


def error_for(status: int, message: str) -> DemaskError:
    """The exception for an error code; unknown codes of later libraries become DemaskError."""
    known = status in Status.__members__.values()
    return _ERRORS[Status(status)](message) if known else DemaskError(message)
