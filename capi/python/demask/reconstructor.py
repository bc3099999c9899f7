# SPDX-License-Identifier: Apache-2.0
"""The whole pipeline: takes a photo and returns it with the faces under the masks painted."""

from __future__ import annotations

import ctypes
import os
from typing import List, Optional, Sequence, Union

from ._handles import Closable, Handle
from ._library import library
from ._structs import ImageViewStruct
from .bundle import BundleLike, as_bundle
from .enums import PixelFormat
from .errors import DemaskError
from .images import EncodeOptions, ImageLike, PathLike, View, read_image
from .options import ReconstructCall, ReconstructOptions, RuntimeOptions
from .results import Result, result_from


class Reconstructor(Closable):
    """Finds masked faces and paints what the masks hide. The output is a plausible guess, never an
    identification.

    Immutable: any number of threads may call one object at once, and other Python threads run
    during a call. A model is loaded when it is first needed.

    >>> with demask.Reconstructor() as reconstructor:
    ...     result = reconstructor.reconstruct("photo.png")
    >>> [face.status.name for face in result.faces]
    ['RECONSTRUCTED']
    """

    def __init__(self, bundle: BundleLike = None,
                 options: RuntimeOptions = RuntimeOptions()) -> None:
        """bundle: a Bundle, the folder of one, or None for the default bundle. It may be closed
        afterward.

        Raises InvalidArgumentError and, if the bundle is opened here, what Bundle() raises.
        """
        source = as_bundle(bundle)._open_handle()
        struct = options._struct()
        self._handle = Handle(
            "reconstructor_free", "reconstructor_create", source.pointer, ctypes.byref(struct))

    def load_all(self) -> None:
        """Loads every model that is not yet loaded, so that no later call has to wait for it.

        Raises BundleInvalidError, UnreadableFileError, HashMismatchError, ModelInvalidError,
        DeviceUnavailableError.
        """
        library().call("reconstructor_load_all", self._open_handle().pointer)

    def reconstruct(self, photo: Union[ImageLike, PathLike],
                    options: ReconstructOptions = ReconstructOptions(),
                    pixel_format: Optional[PixelFormat] = None) -> Result:
        """Reconstructs one photo. If it has no faces, neither has the result.

        photo: an array, a PIL image, or the path of a file, which is read by read_image().
        pixel_format: PixelFormat.BGR or BGRA for arrays in that order, such as OpenCV's.
        Raises InvalidImageError, ImageTooLargeError, InvalidArgumentError, CancelledError, the
        exceptions of callbacks, those of load_all() and, for a path, of read_image().

        >>> photo = demask.read_image("photo.png")
        >>> result = demask.Reconstructor().reconstruct(photo)
        >>> unchanged = result.changed == 0
        >>> bool((result.photo[unchanged] == photo[unchanged]).all())
        True
        """
        handle = self._open_handle()
        if isinstance(photo, (str, os.PathLike)):
            photo = read_image(photo, options.max_pixels)
        view = View(photo, pixel_format, "photo")
        call = ReconstructCall(options)
        made = call.make("result_free", "reconstruct_view", handle.pointer, view.reference,
                         ctypes.byref(call.struct))
        return result_from(made.pointer, view)

    def reconstruct_file(self, source: PathLike, target: PathLike,
                         options: ReconstructOptions = ReconstructOptions(),
                         encoding: EncodeOptions = EncodeOptions()) -> Result:
        """Reconstructs the photo in one file and writes another file, or replaces the input. The
        output appears whole or not at all, keeps the metadata of the input and, if a face was
        reconstructed, is marked like mark_as_synthetic(). `encoding.synthetic` is ignored.

        Raises the exceptions of read_image(), reconstruct() and write_image().

        >>> import pathlib
        >>> source = pathlib.Path("photo.png")
        >>> result = demask.Reconstructor().reconstruct_file(source, source.with_suffix(".jpg"))
        >>> demask.is_marked_as_synthetic("photo.jpg")
        True
        """
        handle = self._open_handle()
        call = ReconstructCall(options)
        encode = encoding._struct()
        made = call.make("result_free", "reconstruct_file", handle.pointer, os.fsencode(source),
                         os.fsencode(target), ctypes.byref(call.struct), ctypes.byref(encode))
        return result_from(made.pointer)

    def reconstruct_batch(self, photos: Sequence[ImageLike],
                          options: ReconstructOptions = ReconstructOptions(),
                          pixel_format: Optional[PixelFormat] = None,
                          ) -> List[Union[Result, DemaskError]]:
        """Reconstructs many photos; faces of several photos share a batch of each network. Each
        photo has its own result or error, which is returned, not raised. The options mask, boxes
        and landmarks belong to a single photo and must not be set.

        Raises InvalidArgumentError, CancelledError, and the exceptions of callbacks.

        >>> photos = [demask.read_image("photo.png")] * 2
        >>> results = demask.Reconstructor().reconstruct_batch(photos)
        >>> [isinstance(result, demask.Result) for result in results]
        [True, True]
        """
        handle = self._open_handle()
        views = [View(photo, pixel_format, f"photos[{i}]") for i, photo in enumerate(photos)]
        structs = (ImageViewStruct * len(views))(*[view.struct for view in views])
        call = ReconstructCall(options)
        batch = call.make(
            "batch_free", "reconstruct_batch", handle.pointer, structs, len(views),
            ctypes.byref(call.struct))
        return [_outcome(batch, index, view) for index, view in enumerate(views)]


def _outcome(batch: Handle, index: int, view: View) -> Union[Result, DemaskError]:
    result = ctypes.c_void_p()
    try:
        library().call("batch_result", batch.pointer, index, ctypes.byref(result))
    except DemaskError as error:
        return error
    return result_from(result, view)
