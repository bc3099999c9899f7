#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reconstructs an archive of photos on a Dask cluster.

    reconstruct_archive.py ARCHIVE OUTPUT [--scheduler ADDRESS | --workers N] [--chunk N]
                           [--models FOLDER] [--threads N]

Every image file below ARCHIVE becomes a file of the same name below OUTPUT. All workers must see
both folders under the same path. Without --scheduler, N worker processes on this machine do the work.

Each worker loads the models once. Workers receive the names of photos, in chunks. A finished file
is renamed into place, so OUTPUT holds whole files only, and photos whose output exists are skipped.
The photos of a worker that dies go to another one. Run the command again to finish a job that was
stopped. Two jobs must not share an OUTPUT at the same time.

A painted face is a plausible guess, never an identification of a person.
Exit codes: 0 every photo has an output, 1 some have none (each is named), 2 bad usage.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, ContextManager, Iterable, Iterator, List, Optional, Sequence, Union

import demask
from distributed import (Client, Future, KilledWorker, LocalCluster, Worker, WorkerPlugin,
                         as_completed, get_worker)

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
# Folder of unfinished files: on the file system of the outputs, so that they can be renamed.
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Outcome:
    """The outcome of one photo."""

    photo: str
    """Path relative to the archive."""
    status: str
    """"done"; "there" if its output existed already; or "failed"."""
    reconstructed: int = 0
    """Number of faces that were painted."""
    worker: str = ""
    error: str = ""


class ReconstructorPlugin(WorkerPlugin):
    """Gives every worker, even one that joins later, one reconstructor for all chunks and jobs."""

    name = "demask-reconstructor"

    def __init__(self, models: Optional[str], threads: int) -> None:
        self._settings = (models, threads)

    def setup(self, worker: Worker) -> None:
        if getattr(worker, "demask_settings", None) == self._settings:
            return
        models, threads = self._settings
        worker.demask_reconstructor = demask.Reconstructor(
            models, demask.RuntimeOptions(threads=threads))
        worker.demask_reconstructor.load_all()
        worker.demask_settings = self._settings


def find_photos(archive: Path, output: Path) -> List[str]:
    """Paths of the image files below a folder, relative to it, except those of the output."""
    return sorted(
        str(path.relative_to(archive)) for path in archive.rglob("*")
        if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file()
        and output not in path.parents)


def reconstruct_photo(reconstructor: demask.Reconstructor, archive: Path, output: Path,
                      photo: str, quality: str) -> Outcome:
    """Reconstructs one photo unless its output exists."""
    target = output / photo
    if target.exists():
        return Outcome(photo, "there")
    unfinished = output / UNFINISHED / f"{uuid.uuid4().hex}{target.suffix}"
    try:
        result = reconstructor.reconstruct_file(
            archive / photo, unfinished,
            demask.ReconstructOptions(quality=demask.Quality[quality.upper()]))
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.rename(target)
    except (demask.DemaskError, OSError) as error:
        return Outcome(photo, "failed", error=str(error))
    done = sum(face.status == demask.FaceStatus.RECONSTRUCTED for face in result.faces)
    return Outcome(photo, "done", reconstructed=done)


def reconstruct_chunk(archive: Path, output: Path, photos: Sequence[str],
                      quality: str) -> List[Outcome]:
    """Runs on a worker. If the worker dies, the chunk starts again on another; outputs are kept."""
    worker = get_worker()
    outcomes = [
        reconstruct_photo(worker.demask_reconstructor, archive, output, photo, quality)
        for photo in photos]
    return [Outcome(o.photo, o.status, o.reconstructed, worker.address, o.error) for o in outcomes]


def in_chunks(photos: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(photos), size):
        yield photos[first:first + size]


def reconstruct_archive(client: Client, archive: Path, output: Path, chunk: int = 16,
                        models: Optional[str] = None, threads: int = 1,
                        on_chunk: Callable[[List[Outcome], int], None] = lambda outcomes, total: None,
                        quality: str = "fine") -> List[Outcome]:
    """Reconstructs every photo below `archive` on the workers of `client`.

    chunk: photos per task. models: folder of the bundle on the workers, or None for the default.
    threads: intra-op threads of a call; 1 fits if there are as many Dask threads as cores.
    on_chunk: called with the outcomes of each chunk, as soon as it is done, and the total number of
    photos. quality: fast, fine or best. Returns the outcome of every photo, in the order of
    completion. Raises the DemaskError of a worker that cannot load the models.
    """
    archive, output = archive.resolve(), output.resolve()
    photos = find_photos(archive, output)
    # Remove unfinished files of a job that was stopped.
    shutil.rmtree(output / UNFINISHED, ignore_errors=True)
    (output / UNFINISHED).mkdir(parents=True)
    client.register_worker_plugin(ReconstructorPlugin(models, threads))
    futures = {
        client.submit(reconstruct_chunk, archive, output, part, quality, pure=False): part
        for part in in_chunks(photos, chunk)}
    outcomes: List[Outcome] = []
    for future in as_completed(futures):
        part = _outcomes_of(future, futures[future])
        outcomes += part
        on_chunk(part, len(photos))
    shutil.rmtree(output / UNFINISHED, ignore_errors=True)
    return outcomes


def _outcomes_of(future: Future, photos: Sequence[str]) -> List[Outcome]:
    try:
        return future.result()
    except KilledWorker as error:
        reason = (f"every worker that had it in its chunk died ({error}); run the command again "
                  "with --chunk 1 to find the photo")
    except Exception as error:  # A failed chunk must not end the job.
        reason = f"its chunk failed ({error!r}); run the command again"
    return [Outcome(photo, "failed", error=reason) for photo in photos]


class ProgressLines:
    """Prints the progress of the job."""

    def __init__(self) -> None:
        self._done = 0
        self._failed = 0

    def __call__(self, outcomes: Iterable[Outcome], total: int) -> None:
        for outcome in outcomes:
            self._done += 1
            if outcome.status == "failed":
                self._failed += 1
                print(f"{outcome.photo}: {outcome.error}", file=sys.stderr)
        print(f"{self._done} of {total} photos, {self._failed} failed", flush=True)


def parse_arguments(arguments: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("output", type=Path)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", help="address of a running cluster, such as tcp://host:8786")
    where.add_argument("--workers", type=int, default=os.cpu_count(),
                       help="worker processes on this machine (default: one per core)")
    parser.add_argument("--chunk", type=int, default=16, help="photos per task (default: 16)")
    parser.add_argument("--models", help="folder of the bundle (default: the library's own)")
    parser.add_argument("--threads", type=int, default=1,
                        help="threads per reconstruction (default: 1)")
    parser.add_argument("--quality", choices=["fast", "fine", "best"], default="fine",
                        help="how carefully faces are painted (default: fine)")
    options = parser.parse_args(arguments)
    if not options.archive.is_dir():
        parser.error(f"{options.archive}: there is no such folder; name the folder of the archive")
    if options.chunk < 1:
        parser.error(f"--chunk: {options.chunk} is not positive; pass a number of photos")
    return options


def cluster_of(options: argparse.Namespace) -> ContextManager[Union[str, LocalCluster]]:
    if options.scheduler:
        return contextlib.nullcontext(options.scheduler)
    return LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=":0")


def main(arguments: Optional[Sequence[str]] = None) -> int:
    options = parse_arguments(arguments)
    with cluster_of(options) as cluster, Client(cluster) as client:
        print(f"dashboard: {client.dashboard_link}", flush=True)
        try:
            outcomes = reconstruct_archive(client, options.archive, options.output, options.chunk,
                                           options.models, options.threads, ProgressLines(),
                                           options.quality)
        except (demask.DemaskError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
    return 1 if any(outcome.status == "failed" for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
