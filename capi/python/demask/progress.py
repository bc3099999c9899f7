# SPDX-License-Identifier: Apache-2.0
"""The progress of calls as bars of tqdm."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Callable, Optional, Type

from .enums import PipelineStep


class ProgressBar:
    """A `progress` callback that shows a bar for each step of a call, which vanishes when the step
    is done. For one call at a time.

    >>> with demask.ProgressBar(disable=True) as bar:
    ...     options = demask.ReconstructOptions(progress=bar)
    ...     result = demask.Reconstructor().reconstruct("photo.png", options)
    >>> result.is_reconstructed
    True
    """

    def __init__(self, make_bar: Optional[Callable[..., Any]] = None, **arguments: Any) -> None:
        """make_bar: tqdm, or what takes the same arguments and has update() and close(); without
        it, `tqdm.auto.tqdm`, which also draws bars in notebooks. arguments: passed on to it.

        Raises ImportError if tqdm is needed and not installed.
        """
        if make_bar is None:
            try:
                from tqdm.auto import tqdm
            except ImportError as error:
                raise ImportError(
                    "tqdm: is not installed; run pip install tqdm, or pass another kind of bar as "
                    "make_bar") from error
            make_bar = tqdm
        self._make_bar = make_bar
        self._arguments = {"leave": False, "unit": "", **arguments}
        self._bar: Any = None
        self._step: Optional[PipelineStep] = None
        self._done = 0

    def __call__(self, step: PipelineStep, done: int, total: int) -> None:
        """Shows that `done` of `total` units of work of the step are done."""
        if step != self._step or done < self._done:
            self.close()
            self._bar = self._make_bar(total=total, desc=step.name.lower(), **self._arguments)
            self._step = step
        self._bar.update(done - self._done)
        self._done = done

    def close(self) -> None:
        """Removes the bar."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._step, self._done = None, None, 0

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.close()
