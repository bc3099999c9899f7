# SPDX-License-Identifier: Apache-2.0
"""Compiles or checks every code block of the README and the guides, and every example in a header.

    check_code_blocks.py SOURCE WORK CXX CC [PROGRAM...]

C++ and C are compiled against the headers without producing code (test_programs.py runs the
programs among them). Python is compiled, JSON is parsed, and reports are validated against their
schema. CMake and C# are parsed. Shell commands are checked for syntax, options and files. Blocks
marked `text` are not code.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema

from markdown_blocks import Block, find_blocks, find_header_blocks
from shell_blocks import ShellChecker


# Each of these headers, which most programs use, must have an example.
HEADERS_WITH_EXAMPLES = [
    "include/demask/error.hpp", "include/demask/face_detector.hpp",
    "include/demask/face_reconstructor.hpp", "include/demask/gender_classifier.hpp",
    "include/demask/geometry.hpp", "include/demask/image.hpp", "include/demask/image_io.hpp",
    "include/demask/inpainter.hpp", "include/demask/landmark_detector.hpp",
    "include/demask/model_bundle.hpp", "include/demask/prior_inpainter.hpp",
    "include/demask/progress.hpp",
    "include/demask/reconstruct_options.hpp", "include/demask/result.hpp",
    "include/demask/segmenter.hpp", "include/demask/video_reconstructor.hpp",
    "capi/demask.h", "capi/demask_capi.hpp"]


class Checker:
    def __init__(self, source: Path, work: Path, compilers: dict[str, str], programs: list[str]):
        self.source = source
        self.work = work
        self.compilers = compilers
        self.shell = ShellChecker(source, {Path(program).name: program for program in programs})

    def problems(self, block: Block) -> list[str]:
        checks = {"cpp": self._compile_cpp, "c": self._compile_c, "cmake": self._parse_cmake,
                  "json": self._parse_json, "python": self._compile_python,
                  "csharp": self._parse_csharp, "text": lambda block: [],
                  **dict.fromkeys(["sh", "bash", "console"], self.shell.problems)}
        if block.language not in checks:
            return [f"'{block.language}' is no language that is checked; use one of "
                    f"{', '.join(checks)}"]
        return checks[block.language](block)

    def _run(self, command: list, file: Path) -> list[str]:
        result = subprocess.run([*command, file], capture_output=True, text=True, check=False)
        return [] if result.returncode == 0 else [result.stderr + result.stdout]

    def _write(self, name: str, code: str) -> Path:
        file = self.work / name
        file.write_text(code, encoding="utf-8")
        return file

    def _compile_cpp(self, block: Block) -> list[str]:
        is_wrapper = block.file.name == "demask_capi.hpp"
        return self._compile(block, "block.cpp", self.compilers["cpp"],
                             ["-std=c++11" if is_wrapper else "-std=c++17"],
                             ["demask_capi.hpp" if is_wrapper else "demask/demask.hpp", "cstdio"])

    def _compile_c(self, block: Block) -> list[str]:
        return self._compile(block, "block.c", self.compilers["c"],
                             ["-std=c99", "-Werror=implicit-function-declaration"],
                             ["demask.h", "stdio.h"])

    def _compile(self, block: Block, name: str, compiler: str, options: list[str],
                 headers: list[str]) -> list[str]:
        """Treats a block without an entry point as the body of a function."""
        code = block.code
        if not re.search(r"\bmain\s*\(|^(class|struct|template|namespace)\b", code, re.MULTILINE):
            directives = "\n".join(re.findall(r"^#.*$", code, re.MULTILINE))
            body = re.sub(r"^#.*$", "", code, flags=re.MULTILINE)
            includes = "".join(f"#include <{header}>\n" for header in headers)
            code = f"{includes}{directives}\nvoid block(void);\nvoid block(void) {{\n{body}\n}}\n"
        return self._run([compiler, *options, "-fsyntax-only", "-Wall", "-I",
                          self.source / "include", "-I", self.source / "capi"],
                         self._write(name, code))

    def _parse_cmake(self, block: Block) -> list[str]:
        # Within a function that is never called, the commands are only parsed.
        return self._run(["cmake", "-P"],
                         self._write("block.cmake", f"function(documented)\n{block.code}endfunction()\n"))

    def _parse_json(self, block: Block) -> list[str]:
        try:
            document = json.loads(block.code)
            if "photos" in document:
                self._check_report(document)
        except (ValueError, jsonschema.ValidationError) as error:
            return [str(error)]
        return []

    def _check_report(self, document: dict) -> None:
        """An excerpt may omit members, but must not have members unknown to the schema."""
        schema = json.loads((self.source / "docs/report.schema.json").read_text(encoding="utf-8"))
        text = json.dumps(schema)
        excerpt = json.loads(re.sub(r'"required": \[[^\]]*\]', '"required": []', text))
        for name in ("minItems", "maxItems"):
            excerpt = json.loads(re.sub(rf'"{name}": \d+', f'"x-{name}": 0', json.dumps(excerpt)))
        jsonschema.validate(document, excerpt)

    def _compile_python(self, block: Block) -> list[str]:
        try:
            compile(block.code, str(block), "exec")
        except SyntaxError as error:
            return [str(error)]
        return []

    def _parse_csharp(self, block: Block) -> list[str]:
        if shutil.which("mcs") is None:
            return ["mcs, which parses C#, is not installed"]
        return self._run(["mcs", "--parse"], self._write("block.cs", block.code))


def main() -> None:
    source, work = Path(sys.argv[1]), Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    checker = Checker(source, work, {"cpp": sys.argv[3], "c": sys.argv[4]}, sys.argv[5:])
    files = [source / "README.md", source / "CONTRIBUTING.md", *sorted(source.glob("docs/**/*.md")),
             *sorted(source.glob("models/*/*.md")), *sorted(source.glob("examples/**/*.md"))]
    headers = [*sorted(source.glob("include/demask/*.hpp")), *sorted(source.glob("capi/*.h")),
               source / "capi/demask_capi.hpp"]
    failures = 0
    count = 0
    with_examples = {str(header.relative_to(source)) for header in headers
                     if find_header_blocks(header)}
    for name in HEADERS_WITH_EXAMPLES:
        if name not in with_examples:
            failures += 1
            print(f"{name}: has no example; give one between @code and @endcode", file=sys.stderr)
    for file in [*files, *headers]:
        for block in find_blocks(file) if file in files else find_header_blocks(file):
            count += 1
            for problem in checker.problems(block):
                failures += 1
                print(f"{block}: {problem}", file=sys.stderr)
    print(f"{count} blocks of {len(files) + len(headers)} files, {failures} problems")
    sys.exit(1 if failures or not count else 0)


if __name__ == "__main__":
    main()
