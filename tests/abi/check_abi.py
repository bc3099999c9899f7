# SPDX-License-Identifier: Apache-2.0
"""Checks that every program built against a baseline runs with a library.

    check_abi.py [--update] LIBRARY HEADER BASELINE

Functions may be added. Structs may grow at their end, because callers state in struct_size how much
of a struct they know. Nothing may be removed, moved or retyped. Additions must be in the baseline
too, or later changes to them would go unnoticed: --update adds them, if nothing is broken. LIBRARY
needs the debug information of its C functions.
"""

import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

DUMP = Path(__file__).with_name("dump_abi.sh")


Field = tuple[str, int, str]


def structs_of(document: ET.Element) -> dict[str, tuple[int, list[Field]]]:
    """The size of each struct, and name, offset and type of its fields in order; sizes in bits."""
    types = {element.get("id"): element for element in document.iter() if element.get("id")}

    def type_name(key: str) -> str:
        element = types[key]
        name = element.get("name") or f"{element.tag} of {type_name(element.get('type-id'))}"
        return f"{element.get('const', '')}{name}{element.get('dimensions', '')}"

    structs = {}
    for struct in document.iter("class-decl"):
        fields = []
        for member in struct.iter("data-member"):
            variable = member.find("var-decl")
            fields.append((variable.get("name"), int(member.get("layout-offset-in-bits")),
                           type_name(variable.get("type-id"))))
        if fields:
            structs[struct.get("name")] = (int(struct.get("size-in-bits")), fields)
    return structs


def grown_structs(baseline: ET.Element, current: ET.Element) -> list[str]:
    """The structs that have fields after those of the baseline."""
    grown = []
    current_structs = structs_of(current)
    for name, (size, fields) in structs_of(baseline).items():
        fields_now = current_structs.get(name, (0, []))[1]
        added = fields_now[len(fields):]
        # A field within former padding would be read from memory that older callers left unset. One
        # named `reserved`, which nothing reads, fills the padding.
        if fields_now[: len(fields)] != fields or any(
                offset < size for field, offset, _ in added if field != "reserved"):
            sys.exit(f"struct {name}: its {size} bits were {fields}, its fields are {fields_now}; "
                     "put new fields behind the end that it had and leave the others alone")
        if added:
            grown.append(name)
    return grown


def functions_of(document: ET.Element) -> set[str]:
    return {symbol.get("name") for symbol in document.findall("elf-function-symbols/elf-symbol")}


def unheld(baseline: ET.Element, current: ET.Element, grown: list[str]) -> list[str]:
    """Functions and structs of the library that the baseline does not have."""
    functions = sorted(functions_of(current) - functions_of(baseline))
    structs = sorted(structs_of(current).keys() - structs_of(baseline).keys())
    return functions + [f"struct {name}" for name in structs + grown]


def check_unbroken(library: str, dump: str, baseline: str, grown: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dumped = Path(folder, "current.abi")
        dumped.write_text(dump, encoding="utf-8")
        growth = Path(folder, "growth.suppr")
        growth.write_text("".join(f"[suppress_type]\n  name = {name}\n" for name in grown),
                          encoding="utf-8")
        if subprocess.run(["abidiff", "--no-added-syms", "--suppressions", growth, baseline,
                           dumped], check=False).returncode != 0:
            sys.exit(f"{library}: breaks the ABI of {baseline}; take the change back, or raise "
                     "the soname")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    for name in ("library", "header", "baseline"):
        parser.add_argument(name)
    arguments = parser.parse_args()
    dump = subprocess.run([DUMP, arguments.library, arguments.header], check=True,
                          capture_output=True, text=True).stdout
    current = ET.fromstring(dump)
    if current.find(".//function-decl") is None:
        sys.exit(f"{arguments.library}: has no debug information of its functions")
    baseline = ET.parse(arguments.baseline).getroot()
    grown = grown_structs(baseline, current)
    check_unbroken(arguments.library, dump, arguments.baseline, grown)
    added = unheld(baseline, current, grown)
    if arguments.update:
        Path(arguments.baseline).write_text(dump, encoding="utf-8")
    elif added:
        sys.exit(f"{arguments.baseline}: lacks {', '.join(added)}, so nothing holds them; once "
                 "they are final, build the target demask_abi_baseline and commit the baseline")


if __name__ == "__main__":
    main()
