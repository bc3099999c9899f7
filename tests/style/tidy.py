#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over every source file of src/ and capi/.

    tidy.py SOURCE BUILD

Files are checked in parallel. A file that passed is skipped until it, a header it includes, or
.clang-tidy changes; the build folder stores which passed. Exit codes: 0 no findings, 1 findings.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

# Clang does not know GCC's warnings, nor OpenMP without another package.
ADAPTED = ["-Wno-unknown-warning-option", "-fno-openmp",
           f"-isystem{pathlib.Path(__file__).resolve().parent / 'openmp'}"]

# Exiv2 0.27 hands out images as std::auto_ptr, which C++17 declares deprecated.
ADAPTED_FILES = {name: ["-Wno-deprecated-declarations"]
                 for name in ("carried_metadata.cpp", "exiv2_source.cpp", "extended_xmp.cpp",
                              "metadata_exiv2.cpp")}


def preprocessed(command: dict) -> bytes:
    arguments = shlex.split(command["command"])
    if pathlib.Path(arguments[0]).name == "ccache":
        arguments = arguments[1:]
    output = arguments.index("-o")
    del arguments[output:output + 2]
    return subprocess.run([*arguments, "-E"], cwd=command["directory"], capture_output=True,
                          check=True).stdout


def check(command: dict, build: pathlib.Path, settings: bytes) -> str:
    """The findings of clang-tidy for a file; "" if there are none."""
    text = preprocessed(command)
    adapted = ADAPTED + ADAPTED_FILES.get(pathlib.Path(command["file"]).name, [])
    digest = hashlib.sha256(settings + " ".join(adapted).encode() + command["command"].encode() +
                            text).hexdigest()
    passed = build / "tidy" / digest
    if passed.exists():
        return ""
    result = subprocess.run(
        ["clang-tidy", "-p", str(build), "--quiet", "--warnings-as-errors=*",
         *(f"--extra-arg={argument}" for argument in adapted), command["file"]],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    if result.returncode == 0:
        passed.touch()
        return ""
    return result.stdout or f"{command['file']}: clang-tidy ended with {result.returncode}\n"


def commands_of(folder: pathlib.Path, compiled: dict) -> dict:
    """Compile commands by file of a folder; a file of another configuration gets a neighbor's."""
    commands = {}
    for file in sorted(str(path) for path in folder.rglob("*.cpp")):
        if file in compiled:
            commands[file] = compiled[file]
            continue
        neighbors = [name for name in compiled
                     if pathlib.Path(name).parent == pathlib.Path(file).parent]
        if neighbors:
            command = compiled[min(neighbors)]
            commands[file] = {**command, "file": file,
                              "command": command["command"].replace(command["file"], file)}
    return commands


def main() -> int:
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    compiled = {command["file"]: command
                for command in json.loads((build / "compile_commands.json").read_text())}
    commands = {**commands_of(source / "src", compiled), **commands_of(source / "capi", compiled)}
    (build / "tidy").mkdir(exist_ok=True)
    settings = (source / ".clang-tidy").read_bytes()
    findings = False
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for text in pool.map(lambda command: check(command, build, settings), commands.values()):
            print(text, end="", flush=True)
            findings = findings or text != ""
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
