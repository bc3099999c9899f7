# SPDX-License-Identifier: Apache-2.0
"""Checks shell commands of the documentation without running them."""

import re
import shlex
import subprocess
from functools import lru_cache
from pathlib import Path

from markdown_blocks import Block


@lru_cache(maxsize=None)
def _help(*command: str) -> str:
    result = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def _commands(code: str) -> list[list[str]]:
    joined = code.replace("\\\n", " ")
    commands = []
    for line in joined.split("\n"):
        words = shlex.split(line, comments=True)
        if words and words[0] == "$":
            words = words[1:]
        if words:
            commands.append(words)
    return commands


class ShellChecker:
    """`programs` maps the name of each program of the project to its executable."""

    def __init__(self, source: Path, programs: dict[str, str]):
        self.source = source
        self.programs = programs
        self.cmake_text = "".join(
            path.read_text(encoding="utf-8")
            for path in [source / "CMakeLists.txt", *source.glob("cmake/*"),
                         *source.glob("*/CMakeLists.txt"), *source.glob("tests/fuzz/*.cmake")]
            if path.is_file())

    def problems(self, block: Block) -> list[str]:
        parsed = subprocess.run(["bash", "-n"], input=block.code, capture_output=True, text=True,
                                check=False)
        if parsed.returncode != 0:
            return [f"bash cannot parse it: {parsed.stderr.strip()}"]
        found = []
        for words in _commands(block.code):
            found += self._missing_files(words)
            found += self._unknown_options(words)
        return found

    def _missing_files(self, words: list[str]) -> list[str]:
        """Files of the source tree that a command names but that do not exist."""
        own = re.compile(r"(examples|tests|models|training|cmake|benchmarks|docs|capi)/[\w./-]+$")
        return [f"there is no {word}" for word in words
                if own.match(word) and not (self.source / word).exists()]

    def _unknown_options(self, words: list[str]) -> list[str]:
        name = Path(words[0]).name
        if name == "cmake":
            options = [re.match(r"-D(DEMASK_\w+)", word) for word in words]
            return [f"CMake knows no {option[1]}" for option in options
                    if option and option[1] not in self.cmake_text]
        if name in self.programs:
            return self._unknown_program_options(name, words)
        script = self.source / words[0]
        if script.is_file() and script.suffix == ".sh":
            text = script.read_text(encoding="utf-8")
            return [f"{words[0]} knows no {word}" for word in words[1:]
                    if word.startswith("--") and word != "--" and word not in text]
        return []

    def _unknown_program_options(self, name: str, words: list[str]) -> list[str]:
        program = self.programs[name]
        general = _help(program)
        command = [program]
        first = words[1] if len(words) > 1 and re.match(r"[a-z][a-z-]*$", words[1]) else ""
        if first and re.search(rf"^ +{first}\b", general, re.MULTILINE):
            command.append(first)
        elif first and "SUBCOMMAND" in general:
            return [f"{name} has no command {first}"]
        text = _help(*command)
        options = [word.split("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)]
        return [f"{' '.join([name, *command[1:]])} knows no {option}" for option in options
                if not re.search(rf"(^|[\s,]){re.escape(option)}\b", text)]
