# SPDX-License-Identifier: Apache-2.0
"""The console script `demask`: the command `reconstruct` of the program of that name, with its most
used options and its exit codes."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence, Set

from . import (BlendMode, BundleInvalidError, BundleNotFoundError, DemaskError,
               DeviceUnavailableError, EncodeOptions, Expression, Gender, HashMismatchError,
               LibraryUnavailableError, ModelInvalidError, Quality, ReconstructOptions,
               Reconstructor, Result, RuntimeOptions, UnwritableFileError, build_info,
               is_marked_as_synthetic, library_version, mark_as_synthetic)

ALL_DONE, SOME_FAILED, BAD_USAGE, BUNDLE_UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 130

_PURPOSE = "Finds the face masks worn in photos and paints the faces that they hide."
_NOTES = """\
A reconstruction is a plausible guess, never an identification: many faces could be under a mask. Do
not use it to identify people or for surveillance. The default models are for research and
non-commercial use. Edited photos are marked as such in their XMP, or in OUT.xmp beside them.

Exit codes: 0 all done, 1 a photo failed, 2 bad usage, 3 models unusable, 130 interrupted."""
_EXTENSIONS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".heic", ".heif", ".avif"}


class UsageError(Exception):
    """The command line asks for something impossible."""


@dataclass(frozen=True)
class Job:
    """A photo, where its result goes, and where its panel goes."""

    photo: Path
    target: Path
    panel: Optional[Path]


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs the program with the arguments, by default those of the process, and returns its exit
    code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["reconstruct"]:  # As the program of the same name takes it.
        del words[0]
    try:
        return _run(_parser().parse_args(words))
    except (UsageError, DeviceUnavailableError) as error:
        return _fail(error, BAD_USAGE)
    except (BundleInvalidError, BundleNotFoundError, HashMismatchError, LibraryUnavailableError,
            ModelInvalidError) as error:
        return _fail(error, BUNDLE_UNUSABLE)
    except (DemaskError, OSError) as error:
        return _fail(error, SOME_FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _fail(error: BaseException, code: int) -> int:
    print(f"demask: {error}", file=sys.stderr)
    return code


class _Version(argparse.Action):
    """Prints the versions only if they are asked for, because that loads the library."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"demask {library_version()}, {build_info()}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "demask", description=_PURPOSE, epilog=_NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("photos", nargs="+", metavar="PHOTO", type=Path, help="photos, or folders of photos")
    add("-o", "--output", metavar="OUT",
        help="file to write, or a folder: for many photos, or if it ends in /; without it, "
        "PHOTO_unmasked beside each photo")
    add("--panel", metavar="PNG", help="draw input, mask, landmarks and result side by side; a "
        "folder for many photos")
    add("--models", metavar="DIR", type=Path, help="folder of a model bundle")
    add("--device", default="cpu", metavar="NAME", help="cpu, cuda or cuda:N (default: cpu)")
    add("--threads", type=int, default=0, metavar="N", help="threads to run the networks with")
    for name, choices, text in (
            ("quality", Quality, "how carefully faces are painted (default: fine)"),
            ("gender", Gender, "which generator paints (default: auto)"),
            ("expression", Expression, "the expression of the painted faces (default: as_found)"),
            ("blend", BlendMode, "how the face is joined to the photo (default: feather)")):
        names = [choice.name.lower() for choice in choices if choice.name != "DEFAULT"]
        add(f"--{name}", choices=names, help=text)
    add("--jpeg-quality", type=int, default=95, metavar="N",
        help="quality of JPEG and WebP files, 1 to 100 (default: 95)")
    add("--version", action=_Version, nargs=0, help="print the version and the kind of build")
    return parser


def _run(arguments: argparse.Namespace) -> int:
    jobs = _jobs(arguments)
    options = ReconstructOptions(
        quality=Quality[(arguments.quality or "default").upper()],
        gender=Gender[(arguments.gender or "auto").upper()],
        expression=Expression[(arguments.expression or "as_found").upper()],
        blend=BlendMode[(arguments.blend or "feather").upper()],
        abort=lambda: False)  # Python raises KeyboardInterrupt in a callback.
    encoding = EncodeOptions(jpeg_quality=arguments.jpeg_quality)
    code = ALL_DONE
    with Reconstructor(arguments.models, RuntimeOptions(
            device=arguments.device, threads=arguments.threads)) as reconstructor:
        reconstructor.load_all()
        for job in jobs:
            try:
                result = reconstructor.reconstruct(job.photo, options)
                _write(job, result, encoding)
                print(_summary(job, result), flush=True)
            except (DemaskError, OSError) as error:
                code = _fail(error, SOME_FAILED)
    return code


def _jobs(arguments: argparse.Namespace) -> List[Job]:
    """Names the output of each photo. Raises UsageError."""
    output, panel = arguments.output, arguments.panel
    is_single = len(arguments.photos) == 1 and not arguments.photos[0].is_dir()
    if output is None and any(path.is_dir() for path in arguments.photos):
        raise UsageError("-o: is missing, and there is a folder of photos; name a folder")
    jobs = []
    for given in arguments.photos:
        root = given if given.is_dir() else given.parent
        for photo in _photos(given, output):
            label = photo.relative_to(root)
            beside = photo.with_name(f"{photo.stem}_unmasked{photo.suffix}")
            target = beside if output is None else _place(output, is_single, label)
            sheet = None if panel is None else _place(panel, is_single, label.with_suffix(".png"))
            jobs.append(Job(photo, target, sheet))
    _check(jobs)
    return jobs


def _photos(given: Path, output: Optional[str]) -> List[Path]:
    """The photos of a folder and of those in it, without what lies in the output folder."""
    if not given.is_dir():
        return [given]
    written = None if output is None else Path(output).resolve()
    found = [path for path in sorted(given.rglob("*"))
             if path.suffix.lower() in _EXTENSIONS and path.is_file()
             and written not in path.resolve().parents]
    if not found:
        raise UsageError(f"{given}: holds no photos; name another folder")
    return found


def _place(output: str, is_single: bool, label: Path) -> Path:
    is_file = is_single and not output.endswith("/") and not Path(output).is_dir()
    return Path(output) if is_file else Path(output) / label


def _check(jobs: List[Job]) -> None:
    photos = {job.photo.resolve() for job in jobs}
    outputs: Set[Path] = set()
    for job in jobs:
        for path in (job.target, job.panel):
            if path is None:
                continue
            if path.suffix.lower() not in _EXTENSIONS:
                raise UsageError(
                    f"{path}: has no extension of an image format; use .jpg, .png, .webp, .tif or "
                    ".bmp, or end the name in / for a folder")
            if path.resolve() in photos:
                raise UsageError(f"{path}: is one of the photos; name another output")
            if path.resolve() in outputs:
                raise UsageError(f"{path}: would be written twice; run these photos separately")
            outputs.add(path.resolve())


def _write(job: Job, result: Result, encoding: EncodeOptions) -> None:
    job.target.parent.mkdir(parents=True, exist_ok=True)
    if result.is_reconstructed or job.photo.suffix.lower() != job.target.suffix.lower():
        result.save(job.target, job.photo, encoding)
    else:
        _copy(job.photo, job.target)
    if job.panel is not None:
        job.panel.parent.mkdir(parents=True, exist_ok=True)
        result.panel().save(job.panel)
        if result.is_reconstructed:
            mark_as_synthetic(job.panel)


def _copy(photo: Path, target: Path) -> None:
    """Copies a photo whole or not at all, with its mark."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(photo, part)
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UnwritableFileError(
            f"{target}: cannot be written ({error.strerror}); choose another output") from error
    if is_marked_as_synthetic(photo) and not is_marked_as_synthetic(target):
        mark_as_synthetic(target)


def _summary(job: Job, result: Result) -> str:
    if result.is_reconstructed:
        painted = [face for face in result.faces if face.aligned_after is not None]
        return (f"{job.photo} -> {job.target}: {len(painted)} "
                f"{'face' if len(painted) == 1 else 'faces'} painted")
    reasons = [f"{face.status.name.lower()}: {face.reason}" for face in result.faces]
    return "; ".join([f"{job.photo}: unchanged", *(reasons or ["no face was found"])])
