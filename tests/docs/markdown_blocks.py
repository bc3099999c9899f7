# SPDX-License-Identifier: Apache-2.0
"""Finds the code blocks of Markdown files, and the examples in the comments of headers."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Block:
    """A code block. Indented blocks are shell commands, with the language "sh"."""

    file: Path
    line: int  # Number of its first line of code, from 1.
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def _fenced(file: Path, lines: list[str], start: int) -> tuple[Block, int]:
    fence = re.match(r"\s*(`{3,}|~{3,})\s*(\w*)", lines[start])
    end = start + 1
    while end < len(lines) and not lines[end].strip().startswith(fence[1]):
        end += 1
    if end == len(lines):
        raise ValueError(f"{file}:{start + 1}: the block has no end")
    return Block(file, start + 2, fence[2], "\n".join(lines[start + 1:end]) + "\n"), end + 1


def _indented(file: Path, lines: list[str], start: int, width: int) -> tuple[Block, int]:
    end = start
    while end < len(lines) and (lines[end].startswith(" " * width) or not lines[end].strip()):
        end += 1
    code = "\n".join(line[width:] for line in lines[start:end]).rstrip() + "\n"
    return Block(file, start + 1, "sh", code), end


def find_blocks(file: Path) -> list[Block]:
    lines = file.read_text(encoding="utf-8").split("\n")
    blocks = []
    at = 0
    margins = [0]  # Columns where text begins: on the page, and in the list items around a line.
    while at < len(lines):
        line = lines[at]
        indent = len(line) - len(line.lstrip())
        if line.strip():
            while indent < margins[-1]:
                margins.pop()
        after_blank = at == 0 or not lines[at - 1].strip()
        if re.match(r"\s*(`{3,}|~{3,})", line):
            block, at = _fenced(file, lines, at)
            blocks.append(block)
            continue
        if line.strip() and after_blank and indent >= margins[-1] + 4:
            block, at = _indented(file, lines, at, margins[-1] + 4)
            blocks.append(block)
            continue
        if item := re.match(r"\s*([-*+]|\d+\.)\s+", line):
            margins.append(item.end())
        at += 1
    return blocks


def find_header_blocks(file: Path) -> list[Block]:
    """The examples between @code and @endcode, without comment marks. Their language is that of the
    header: "c" or "cpp"."""
    language = "c" if file.suffix == ".h" else "cpp"
    blocks = []
    start = None
    lines = file.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        text = re.sub(r"^ *(///|\*) ?", "", line)
        if text.startswith("@code"):
            start = number
        elif text.startswith("@endcode"):
            code = "".join(re.sub(r"^ *(///|\*) ?", "", inner) + "\n"
                           for inner in lines[start:number - 1])
            blocks.append(Block(file, start + 1, language, code))
            start = None
    if start is not None:
        raise ValueError(f"{file}:{start}: the block has no end")
    return blocks
