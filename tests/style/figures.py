#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints figures on the structure of the code.

    figures.py [ROOT]            the longest file and function of each folder, arrows and circles
    figures.py [ROOT] --check    fails if a file of src/ has over 400 lines or a function over 40

A function's lines are counted from the first line of its declaration to its closing brace.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import layers

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
FOLDERS = ("include", "src", "capi", "examples", "training", "benchmarks")

TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<raw>R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)")'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<number>\b\d(?:'?[\w.])*)"
    r"|(?P<char>'(?:\\.|[^'\\\n])+')"
    r'|(?P<directive>^[ \t]*#(?:\\\n|[^\n])*)',
    re.DOTALL | re.MULTILINE)
OPERATOR_NAME = re.compile(r"\boperator\s*(\(\s*\)|[^\s\w(]+)")
TYPE_KEYWORD = re.compile(r"\b(class|struct|union|enum)\b")


@dataclass(frozen=True)
class Function:
    name: str
    line: int  # Number of the first line of its declaration, from 1.
    lines: int


def _blank(match: re.Match) -> str:
    """The replacement for a literal: as many lines, and nothing that looks like code."""
    if match["number"]:
        return match[0].replace("'", "0")
    text = re.sub(r"[^\n]", " ", match[0])
    return text if match["comment"] or match["directive"] else "0" + text[1:]


def _outside_brackets(head: str) -> str:
    """The head of a block without the contents of parentheses and template arguments."""
    previous = ""
    while previous != head:
        previous = head
        head = re.sub(r"\([^()]*\)", " @ ", head)
    while previous != (head := re.sub(r"<[^<>]*>", "", previous)):
        previous = head
    return head


def _kind(head: str) -> str:
    """What a brace at declaration level opens: "scope", "function" or "value"."""
    if head.count("(") > head.count(")"):
        return "value"  # An argument: a list or a lambda.
    named = OPERATOR_NAME.sub("operator_", head).strip()
    flat = _outside_brackets(named).strip()
    if re.match(r"(inline\s+)?namespace\b", flat) or re.fullmatch(r"extern\s+0?\s*", flat):
        return "scope"
    if "@" not in flat:
        return "scope" if TYPE_KEYWORD.search(flat) and "=" not in flat else "value"
    if "=" in flat:
        return "value"
    if TYPE_KEYWORD.match(re.sub(r"^template\s*", "", flat)) and not re.search(r"\w\s*@", re.sub(
            r"\b(alignas|__attribute__)\s*@", "", flat)):
        return "scope"
    # In a constructor's member initializer list, a brace after a name encloses the member's value.
    in_list = re.search(r"@[^:]*(?<!:):(?!:)", flat)
    return "value" if in_list and re.search(r"[\w>]$", flat) else "function"


def _name(head: str) -> str:
    named = OPERATOR_NAME.sub(
        lambda match: "operator" + match[1].replace("(", "[").replace(")", "]"), head)
    while re.search(r"<[^<>()]*>", named):
        named = re.sub(r"<[^<>()]*>", "", named)
    match = re.search(r"([~\w:]+|operator\S+)\s*\(", named)
    return match[1].replace("[", "(").replace("]", ")") if match else "?"


def functions_of(text: str) -> list[Function]:
    """The functions that a file defines, in order. Nested functions belong to the outer one."""
    code = TOKEN.sub(_blank, text)
    found = []
    head = 0  # Start of the declaration that the next brace could belong to.
    at = 0
    while at < len(code):
        character = code[at]
        if character in ";}":
            head = at + 1
        elif character == ":" and re.search(r"\b(public|private|protected)\s*$", code[head:at]):
            head = at + 1
        elif character == "{":
            kind = _kind(code[head:at])
            if kind == "scope":
                head = at + 1
            else:
                end = _closing(code, at)
                if kind == "function":
                    start = head + len(code[head:at]) - len(code[head:at].lstrip())
                    first = code.count("\n", 0, start) + 1
                    last = code.count("\n", 0, end) + 1
                    found.append(Function(_name(code[start:at]), first, last - first + 1))
                    head = end + 1
                at = end
        at += 1
    return found


def _closing(code: str, opening: int) -> int:
    depth = 0
    for match in re.finditer(r"[{}]", code[opening:]):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return opening + match.start()
    raise ValueError("a brace is not closed")


@dataclass
class Folder:
    """The longest file and function directly in one folder."""

    files: int = 0
    lines: int = 0
    file: tuple[int, str] = (0, "")
    function: tuple[int, str] = (0, "")

    def add(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        count = len(text.splitlines())
        self.files += 1
        self.lines += count
        self.file = max(self.file, (count, path.name))
        for function in functions_of(text):
            self.function = max(self.function,
                                (function.lines, f"{path.name}:{function.line} {function.name}"))


def read_folders(root: Path) -> dict[str, Folder]:
    folders: dict[str, Folder] = {}
    for top in FOLDERS:
        for path in sorted((root / top).rglob("*")):
            if path.suffix in layers.CODE and path.is_file():
                name = path.parent.relative_to(root).as_posix()
                folders.setdefault(name, Folder()).add(path)
    return dict(sorted(folders.items()))


def too_long(root: Path) -> list[str]:
    """Files and functions of src/ that exceed the bounds, one line each."""
    found = []
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in layers.CODE or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        if (count := len(text.splitlines())) > MAX_FILE_LINES:
            found.append(f"{name}: {count} lines; at most {MAX_FILE_LINES}, divide it by subject")
        found += [f"{name}:{function.line}: {function.name} has {function.lines} lines; at most "
                  f"{MAX_FUNCTION_LINES}" for function in functions_of(text)
                  if function.lines > MAX_FUNCTION_LINES]
    return found


def _print_table(folders: dict[str, Folder]) -> None:
    rows = [("folder", "files", "lines", "longest file", "", "longest function", "")]
    rows += [(name, str(folder.files), str(folder.lines), str(folder.file[0]), folder.file[1],
              str(folder.function[0]), folder.function[1]) for name, folder in folders.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.rjust(width) if column in (1, 2, 3, 5) and row is not rows[0]
                 else cell.ljust(width) for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    if "--check" in sys.argv:
        problems = too_long(root)
        for problem in problems:
            print(problem, file=sys.stderr)
        sys.exit(1 if problems else 0)
    _print_table(read_folders(root))
    tree = layers.read_tree(root)
    print(f"\narrows between layers: {len(tree.edges())}")
    print(f"includes that lead upward: {len(tree.upward())}")
    print(f"circles of headers: {len(layers.header_circles(tree))}")
    print(f"circles of sources with their headers: {len(layers.source_circles(tree))}")


if __name__ == "__main__":
    main()
