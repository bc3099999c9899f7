# SPDX-License-Identifier: Apache-2.0
"""Images: NumPy arrays and PIL images in, NumPy arrays out."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional, Tuple, Union

import numpy as np
import numpy.typing as npt

from ._handles import Handle
from ._library import library
from ._structs import EncodeOptionsStruct, ImageViewStruct, LandmarksStruct
from .enums import PixelFormat
from .errors import InvalidImageError
from .geometry import Landmarks

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage
else:
    PilImage = Any

PixelArray = npt.NDArray[np.uint8]
"""uint8, height x width (gray) or height x width x 3 or 4; rows may be any distance apart."""
ImageLike = Union[PixelArray, PilImage]
"""An array, or a PIL image of mode L, RGB or RGBA."""
PathLike = Union[str, "os.PathLike[str]"]

_FORMAT_OF_CHANNELS = {1: PixelFormat.GRAY, 3: PixelFormat.RGB, 4: PixelFormat.RGBA}


@dataclass(frozen=True)
class EncodeOptions:
    """How an image file is encoded, and which metadata it gets."""

    jpeg_quality: int = 95
    """Quality of JPEG, WebP, HEIC and AVIF files, 1 to 100."""
    synthetic: bool = False
    """Whether to mark the file like mark_as_synthetic()."""
    metadata_source: Optional[PathLike] = None
    """An image file whose EXIF, IPTC, XMP, ICC profile and resolution are carried over."""
    pixel_source: Optional[PathLike] = None
    """The image file that the picture was decoded from. A WebP file made from a lossless one is
    lossless. With `changed`, a PNG or TIFF file made from one of 16 bits per channel has 16 bits."""
    changed: Optional[ImageLike] = None
    """Which pixels differ from a `pixel_source` of 16 bits, such as Result.changed: gray, of the
    picture's size. Where it is 0, the file gets the source's own 16-bit values."""

    def _struct(self) -> EncodeOptionsStruct:
        source = None if self.metadata_source is None else os.fsencode(self.metadata_source)
        pixels = None if self.pixel_source is None else os.fsencode(self.pixel_source)
        struct = EncodeOptionsStruct(self.jpeg_quality, self.synthetic, source, pixels)
        if self.changed is not None:
            view = View(self.changed, name="changed")
            struct.changed = ctypes.pointer(view.struct)
            struct.kept_view = view  # Its pixels live as long as the struct.
        return struct


class View:
    """An image in the form that the library takes; keeps the pixels alive."""

    def __init__(self, image: ImageLike, pixel_format: Optional[PixelFormat] = None,
                 name: str = "image") -> None:
        array, stride = _packed_pixels(_to_array(image, name))
        channels = 1 if array.ndim == 2 else array.shape[2]
        if pixel_format is None:
            pixel_format = _FORMAT_OF_CHANNELS[channels]
        elif pixel_format.channels != channels:
            raise InvalidImageError(
                f"{name}: has {channels} channels, which is not {pixel_format.name}; pass another "
                "pixel format")
        height, width = array.shape[:2]
        self.array = array
        self.struct = ImageViewStruct(
            array.ctypes.data, width, height, stride, pixel_format)

    @property
    def reference(self) -> Any:
        return ctypes.byref(self.struct)


def _to_array(image: ImageLike, name: str) -> PixelArray:
    mode = getattr(image, "mode", None)
    if mode is not None and mode not in ("L", "RGB", "RGBA"):
        raise InvalidImageError(
            f"{name}: has the mode {mode}; pass image.convert('RGB'), or mode L or RGBA")
    array: PixelArray = np.asarray(image)
    if array.dtype != np.uint8:
        raise InvalidImageError(
            f"{name}: holds {array.dtype}; pass an array of uint8, with 255 for white")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in _FORMAT_OF_CHANNELS):
        raise InvalidImageError(
            f"{name}: has the shape {array.shape}; pass height x width, or that by 1, 3 or 4")
    if array.size == 0:
        raise InvalidImageError(f"{name}: has no pixels; pass an image of at least 1 x 1")
    return array


def _packed_pixels(array: PixelArray) -> Tuple[PixelArray, int]:
    """Returns the pixels and the bytes from row to row; copies only if the pixels of a row are not
    contiguous."""
    channels = 1 if array.ndim == 2 else array.shape[2]
    is_packed = array.strides[1:] == ((1,) if array.ndim == 2 else (channels, 1))
    if is_packed and array.strides[0] >= array.shape[1] * channels:
        return array, array.strides[0]
    return np.ascontiguousarray(array), 0


def array_from(struct: ImageViewStruct) -> Optional[PixelArray]:
    """Copies pixels that belong to the library; None if there is no image."""
    if not struct.data:
        return None
    channels = PixelFormat(struct.format).channels
    rows = np.ctypeslib.as_array(
        ctypes.cast(struct.data, ctypes.POINTER(ctypes.c_uint8)), (struct.height, struct.stride))
    pixels = rows[:, :struct.width * channels].copy()
    return pixels if channels == 1 else pixels.reshape(struct.height, struct.width, channels)


def _array_of_handle(handle: Handle) -> PixelArray:
    struct = ImageViewStruct()
    library().call("image_get_view", handle.pointer, ctypes.byref(struct))
    array = array_from(struct)
    assert array is not None
    return array


def made_image(function: str, *arguments: Any) -> PixelArray:
    """Calls a function that creates an image, and returns a copy of the image."""
    return _array_of_handle(Handle("image_free", function, *arguments))


def read_image(path: PathLike, max_pixels: int = 0) -> PixelArray:
    """Decodes an image file (JPEG, PNG, WebP, TIFF, BMP, HEIC, AVIF) to RGB, RGBA or gray of 8 bits
    per channel, upright.

    max_pixels: images with more pixels are refused; 0 for the default of 100 megapixels. Raises
    UnreadableFileError, UnsupportedFormatError (several pages or frames, GIF), ImageTooLargeError.

    >>> photo = demask.read_image("photo.png")
    >>> photo.dtype, photo.ndim, photo.shape[2]
    (dtype('uint8'), 3, 3)
    """
    return made_image("image_read", os.fsencode(path), max_pixels)


def decode_image(data: bytes, name: str = "image", max_pixels: int = 0) -> PixelArray:
    """Decodes the bytes of an image file like read_image(); error messages call the image
    `name`."""
    return made_image("image_decode", data, len(data), os.fsencode(name), max_pixels)


def convert_image(image: ImageLike, to: PixelFormat,
                  pixel_format: Optional[PixelFormat] = None) -> PixelArray:
    """Returns a copy in another pixel format. Alpha is dropped, or set to 255 if it is new.

    >>> import numpy
    >>> red = numpy.array([[[255, 0, 0]]], numpy.uint8)
    >>> demask.convert_image(red, demask.PixelFormat.BGRA).tolist()
    [[[0, 0, 255, 255]]]
    """
    view = View(image, pixel_format)
    return made_image("image_convert", view.reference, to)


def write_image(path: PathLike, image: ImageLike, options: EncodeOptions = EncodeOptions(),
                pixel_format: Optional[PixelFormat] = None) -> None:
    """Encodes an image in the format that the extension of `path` names. The finished file is
    renamed into place, so a reader sees the whole file or none. Set `options.synthetic` for every
    file that you make from a reconstruction.

    Raises UnsupportedFormatError, UnwritableFileError, InvalidImageError, InvalidArgumentError,
    UnreadableFileError (`metadata_source`, `pixel_source`).

    >>> import numpy
    >>> demask.write_image("gray.png", numpy.full((40, 60), 128, numpy.uint8))
    >>> demask.read_image("gray.png").shape
    (40, 60)
    """
    view = View(image, pixel_format)
    library().call(
        "image_write", os.fsencode(path), view.reference, ctypes.byref(options._struct()))


def mark_as_synthetic(target: PathLike, source: Optional[PathLike] = None) -> None:
    """Marks a finished image file as a composite with parts that a model painted (IPTC digital
    source type in its XMP). source: an image file whose metadata is carried over, or None."""
    library().call("mark_as_synthetic", os.fsencode(target),
                   None if source is None else os.fsencode(source))


def is_marked_as_synthetic(path: PathLike) -> bool:
    """Whether a file is marked as mark_as_synthetic() does.

    >>> demask.is_marked_as_synthetic("photo.png")
    False
    """
    marked = ctypes.c_int32()
    library().call("is_marked_as_synthetic", os.fsencode(path), ctypes.byref(marked))
    return marked.value != 0


def to_pil(pixels: PixelArray, pixel_format: Optional[PixelFormat] = None) -> PilImage:
    """Converts an array to a PIL image of mode L, RGB or RGBA."""
    from PIL import Image  # Only this function needs Pillow.

    if pixel_format == PixelFormat.BGR:
        pixels = convert_image(pixels, PixelFormat.RGB, pixel_format)
    elif pixel_format == PixelFormat.BGRA:
        pixels = convert_image(pixels, PixelFormat.RGBA, pixel_format)
    return Image.fromarray(pixels)


def canonical_face(photo: ImageLike, landmarks: Landmarks, size: int = 256,
                   pixel_format: Optional[PixelFormat] = None) -> PixelArray:
    """Returns the canonical face that segmenter, gender classifier and inpainter take: the photo
    transformed by canonical_similarity(), RGB, size x size, black where the photo has no pixels."""
    view = View(photo, pixel_format, "photo")
    struct: LandmarksStruct = landmarks._struct()
    return made_image("canonical_face", view.reference, ctypes.byref(struct), size)
