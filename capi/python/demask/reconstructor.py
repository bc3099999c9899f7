"""The whole pipeline: a photo goes in, the photo with the faces under the masks comes out."""

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
from .images import EncodeOptions, ImageLike, PathLike, View
from .options import ReconstructCall, ReconstructOptions, RuntimeOptions
from .results import Result, result_from


class Reconstructor(Closable):
    """Finds masked faces and paints what the masks hide. The output is a plausible guess and never
    an identification.

    Never changes after it was made: any number of threads may call one object at once, and other
    Python threads run meanwhile. A model is loaded when it is first needed.
    """

    def __init__(self, bundle: BundleLike = None,
                 options: RuntimeOptions = RuntimeOptions()) -> None:
        """bundle: a Bundle, the folder of one, or None for the default bundle; it may be closed.

        Raises InvalidArgumentError and, if the bundle is opened here, what Bundle() raises.
        """
        source = as_bundle(bundle)._open_handle()
        struct = options._struct()
        self._handle = Handle(
            "reconstructor_free", "reconstructor_create", source.pointer, ctypes.byref(struct))

    def load_all(self) -> None:
        """Loads every model that is not yet loaded, so that no later call pays for it.

        Raises BundleInvalidError, UnreadableFileError, HashMismatchError, ModelInvalidError,
        DeviceUnavailableError.
        """
        library().call("reconstructor_load_all", self._open_handle().pointer)

    def reconstruct(self, photo: ImageLike, options: ReconstructOptions = ReconstructOptions(),
                    pixel_format: Optional[PixelFormat] = None) -> Result:
        """Reconstructs one photo; one without a face has a result without faces.

        pixel_format: PixelFormat.BGR or BGRA for arrays of that order, as OpenCV has them.
        Raises InvalidImageError, ImageTooLargeError, InvalidArgumentError, CancelledError, what a
        callback raises, and what load_all() raises.
        """
        handle = self._open_handle()
        view = View(photo, pixel_format, "photo")
        call = ReconstructCall(options)
        made = call.make("result_free", "reconstruct_view", handle.pointer, view.reference,
                         ctypes.byref(call.struct))
        return result_from(made.pointer)

    def reconstruct_file(self, source: PathLike, target: PathLike,
                         options: ReconstructOptions = ReconstructOptions(),
                         encoding: EncodeOptions = EncodeOptions()) -> Result:
        """Reconstructs the photo of a file into another file, or over itself. The output appears
        whole or not at all, with the metadata of the input and, if a face was reconstructed, marked
        as mark_as_synthetic() does. `encoding.synthetic` is not looked at.

        Raises what read_image(), reconstruct() and write_image() raise.
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
        """Reconstructs many photos, with faces of several photos in one batch of each network. Each
        photo comes to a result or to an error of its own, which is returned and not raised. The
        options mask, boxes and landmarks belong to one photo and may not be set.

        Raises InvalidArgumentError, CancelledError, what a callback raises.
        """
        handle = self._open_handle()
        views = [View(photo, pixel_format, f"photos[{i}]") for i, photo in enumerate(photos)]
        structs = (ImageViewStruct * len(views))(*[view.struct for view in views])
        call = ReconstructCall(options)
        batch = call.make(
            "batch_free", "reconstruct_batch", handle.pointer, structs, len(views),
            ctypes.byref(call.struct))
        return [_outcome(batch, index) for index in range(len(views))]


def _outcome(batch: Handle, index: int) -> Union[Result, DemaskError]:
    result = ctypes.c_void_p()
    try:
        library().call("batch_result", batch.pointer, index, ctypes.byref(result))
    except DemaskError as error:
        return error
    return result_from(result)
