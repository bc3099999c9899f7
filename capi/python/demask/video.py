# SPDX-License-Identifier: Apache-2.0
"""Video: frame by frame, with tracked faces and steady painting."""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from ._handles import Closable, Handle
from ._library import library
from ._structs import (ImageViewStruct, ReconstructOptionsStruct, VideoInfoStruct,
                       VideoOptionsStruct)
from .enums import PixelFormat
from .images import ImageLike, View
from .options import ReconstructCall, ReconstructOptions
from .reconstructor import Reconstructor
from .results import Result, result_from


@dataclass(frozen=True, eq=False)
class VideoOptions:
    """Parameters of a video."""

    reconstruct: ReconstructOptions = ReconstructOptions()
    """Options as for photos. mask, boxes, landmarks and both_when_uncertain must not be set, nor
    Quality.BEST; Quality.DEFAULT is FAST. With FaceSelection.INDEX, face_index is a track id."""
    landmark_cutoff: float = 1.0
    """Cutoff frequency of the landmark filter for a still face, in Hz, in (0, 1000]. Lower values
    are steadier."""
    landmark_beta: float = 4.0
    """How much the cutoff rises with speed: Hz per eye distance per second, in [0, 1000]."""
    mask_seconds: float = 0.2
    """Seconds over which masks are averaged, in [0, 10]."""
    paint_seconds: float = 0.4
    """Seconds over which painted pixels are averaged, in [0, 10]."""
    detect_interval: int = 15
    """Number of frames from one run of the detector to the next."""

    def _struct(self, reconstruct: ReconstructOptionsStruct) -> VideoOptionsStruct:
        return VideoOptionsStruct(
            ctypes.pointer(reconstruct), self.landmark_cutoff, self.landmark_beta,
            self.mask_seconds, self.paint_seconds, self.detect_interval)


@dataclass(frozen=True, eq=False)
class FrameResult:
    """The result for one frame."""

    result: Result
    """The result as for a photo, but with faces in the order of their track ids."""
    track_ids: Tuple[int, ...]
    """One id for each face. Ids count from 0 in the order in which faces appear, and are not reused
    within a stream."""
    detector_ran: bool
    """Whether the detector ran on this frame."""
    scene_cut: bool
    """Whether this frame shows another scene than the previous one."""


class Video(Closable):
    """The state of one video stream. Calls from several threads wait for each other. Several
    streams may share a reconstructor and run at the same time.

    >>> frame = demask.read_image("photo.png")
    >>> with demask.Video(demask.Reconstructor()) as video:
    ...     [video.reconstruct(frame, seconds=i / 25).track_ids for i in range(2)]
    [(0,), (0,)]
    """

    def __init__(self, reconstructor: Reconstructor,
                 options: VideoOptions = VideoOptions()) -> None:
        """The reconstructor may be closed afterward. Raises InvalidArgumentError."""
        self._lock = threading.Lock()
        # The library keeps using the callbacks.
        self._call = ReconstructCall(options.reconstruct)
        struct = options._struct(self._call.struct)
        self._handle = Handle("video_free", "video_create", reconstructor._open_handle().pointer,
                              ctypes.byref(struct))

    def reconstruct(self, frame: ImageLike, seconds: float,
                    pixel_format: Optional[PixelFormat] = None) -> FrameResult:
        """Reconstructs the next frame. If its size or scene differs from the previous frame, or
        after an error, all tracks start anew.

        seconds: time of the frame; must be greater than that of the previous frame. Raises the
        exceptions of Reconstructor.reconstruct(), and InvalidArgumentError for a wrong time.
        """
        view = View(frame, pixel_format, "frame")
        with self._lock:
            made = self._call.make("result_free", "video_reconstruct", self._open_handle().pointer,
                                   view.reference, seconds, None)
        return _frame_result(made.pointer)

    def reconstruct_frames(self, frames: Sequence[ImageLike], seconds: Sequence[float],
                           pixel_format: Optional[PixelFormat] = None) -> List[FrameResult]:
        """Reconstructs several frames at once. The result is the same to the bit as with
        reconstruct(), but takes less time; it works best with as many frames as threads.

        seconds: one time for each frame, each greater than the one before. Raises the exceptions
        of reconstruct(); an error in one frame ends the call.
        """
        if len(seconds) != len(frames):
            raise ValueError(f"seconds: {len(seconds)} times for {len(frames)} frames; give one for "
                             "each")
        views = [View(frame, pixel_format, f"frames[{i}]") for i, frame in enumerate(frames)]
        structs = (ImageViewStruct * len(views))(*[view.struct for view in views])
        times = (ctypes.c_double * len(views))(*seconds)
        with self._lock:
            batch = self._call.make("batch_free", "video_reconstruct_frames",
                                    self._open_handle().pointer, structs, times, len(views))
        return [_frame_of(batch, index) for index in range(len(views))]

    def reset(self) -> None:
        """Drops all tracks and the time of the last frame; call it before another stream."""
        with self._lock:
            library().get("video_reset", self._open_handle().pointer)


def _frame_of(batch: Handle, index: int) -> FrameResult:
    result = ctypes.c_void_p()
    library().call("batch_result", batch.pointer, index, ctypes.byref(result))
    return _frame_result(result)


def _frame_result(pointer: ctypes.c_void_p) -> FrameResult:
    info = VideoInfoStruct()
    library().call("video_frame_info", pointer, ctypes.byref(info))
    result = result_from(pointer)
    return FrameResult(
        result, tuple(_track_id(pointer, index) for index in range(len(result.faces))),
        bool(info.detector_ran), bool(info.scene_cut))


def _track_id(result: ctypes.c_void_p, index: int) -> int:
    track_id = ctypes.c_int64()
    library().call("video_track_id", result, index, ctypes.byref(track_id))
    return track_id.value
