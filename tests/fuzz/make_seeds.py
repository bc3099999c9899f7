#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the targets c_abi and options: sequences of calls that succeed.

    make_seeds.py

The functions mirror the order in which arguments.hpp, file_calls.hpp, stage_calls.hpp and
fuzz_c_abi.cpp consume the bytes; change them together.
"""

import struct
from pathlib import Path

GRAY, RGB, BGR, RGBA, BGRA = range(5)
PNG, JPEG, _, WEBP, TIFF, BMP = range(6)
EDGES = [0.0, -0.0, 0.5, 1.0, -1.0, 128.0]
STEPS = ["open_bundle", "look_at_bundle", "choose_variant", "ask_names", "set_log", "ask_defaults",
         "use_images", "use_stages", "create_reconstructor", "reconstruct", "reconstruct_file",
         "batch", "look_at_batch", "look_at_result", "create_video", "play_video",
         "free_something"]


class Seed:
    """Builds the bytes that libFuzzer's FuzzedDataProvider turns into the given values."""

    def __init__(self) -> None:
        self.front = bytearray()  # Bytes and texts, consumed from the front.
        self.back = bytearray()   # Numbers, consumed from the back.

    def data(self) -> bytes:
        return bytes(self.front + self.back[::-1])

    def integer(self, value: int, low: int, high: int) -> None:
        length = ((high - low).bit_length() + 7) // 8
        self.back += (value - low).to_bytes(length, "big")

    def flag(self, value: bool = True) -> None:
        self.integer(int(value), 0, 1)

    def flags(self, *values: bool) -> None:
        for value in values:
            self.flag(value)

    def probability(self, value: float = 0.0) -> None:
        self.back += struct.pack(">I", int(value * 0xFFFFFFFF))

    def probabilities(self, count: int) -> None:
        for _ in range(count):
            self.probability()

    def any_float(self, value: float) -> None:
        if value in EDGES:
            self.integer(EDGES.index(value), 0, 255)
        elif 0.0 < value < 1.0:
            self.integer(100, 0, 255)
            self.probability(value)
        else:
            self.integer(200, 0, 255)
            self.probability((value + 400.0) / 800.0)

    def any_integer(self, value: int) -> None:
        self.probability()
        self.integer(value, -2, 40)

    # --- arguments.hpp ---

    def sized(self) -> None:
        self.probability()
        self.flag(False)

    def view(self, width: int = 40, height: int = 40, pixel_format: int = RGB,
             pattern: int = 7) -> None:
        self.any_integer(width)
        self.any_integer(height)
        self.flag()
        self.integer(pixel_format, -1, 5)
        self.integer(pattern, 0, 255)
        self.probability()

    def arguments(self, landmarks: bool = False, mask: bool = False, boxes: bool = False) -> None:
        self.view(pixel_format=GRAY)
        self.probabilities(4)
        self.probability(1.0 if mask else 0.0)
        self.probabilities(10)
        self.probability(1.0 if boxes else 0.0)
        if boxes:
            self.integer(1, -1, 3)
            for value in (4.0, 4.0, 32.0, 32.0):
                self.any_float(value)
        self.flag(landmarks)
        if landmarks:
            self.any_float(4.0)
            self.any_float(4.0)
            self.probability(22.0 / 90.0)
            self.integer(0, 0, 4)
            for _ in range(68):
                self.any_float(1.0)
            self.probability()
            self.flag()
        self.probability()

    def model(self, *tensors: list, face_at: int = -1) -> None:
        """Instructions for the fake: 16 values for each tensor."""
        fake = Seed()
        fake.back += bytes(3)  # The rest of a number whose first byte is the file's last.
        fake.integer(1, 0, 4)
        for index, values in enumerate(tensors):
            for value in values:
                fake.any_float(value)
            if index == face_at:
                fake.flag()
        self.front += fake.data().rjust(120, b"\0")

    def bundle_files(self) -> None:
        # Element i takes the value 7 i mod 16.
        box = [0.0] * 16
        box[0], box[7], box[14], box[5] = 6.0, 6.0, 58.0, 58.0
        models = [([box, [1.0] * 16, [0.5] * 16], -1),
                  ([[1.0] * 16], -1),
                  ([[0.0] * 16, [1.0] * 16], 0),
                  ([[1.0] + [0.0] * 15], -1),
                  ([[0.5, 1.0, 0.0, 0.5] * 4], -1),
                  ([[1.0, 0.5, 0.0, 0.0] * 4], -1)]
        for tensors, face_at in models:
            self.model(*tensors, face_at=face_at)
            self.integer(64, 16, 96)
            self.probability(0.5)
        self.flag()
        self.back += struct.pack(">Q", int(0xFFFFFFFFFFFFFFFF / 7))
        self.probability(0.0)
        self.probability(0.9)
        self.flag()


class Calls(Seed):
    """A sequence of steps of fuzz_c_abi.cpp."""

    def __init__(self) -> None:
        super().__init__()
        self.held = dict.fromkeys(("bundle", "reconstructor", "result", "batch", "video",
                                   "image"), 0)

    def step(self, name: str) -> None:
        self.integer(STEPS.index(name), 0, len(STEPS) - 1)

    def any(self, kind: str, index: int = 0) -> None:
        if self.held[kind] > 0:
            self.integer(index, 0, self.held[kind])

    def open_bundle(self) -> "Calls":
        self.step("open_bundle")
        self.flag(False)
        self.bundle_files()
        self.held["bundle"] += 1
        return self

    def open_folder(self) -> "Calls":
        self.step("open_bundle")
        self.flag()
        self.bundle_files()
        for limit in (4000, 60000):
            self.flag()
            self.integer(limit, 0, 0xFFFF)
        self.sized()
        self.flags(False, True)
        self.held["bundle"] += 1
        return self

    def look_at_bundle(self) -> "Calls":
        self.step("look_at_bundle")
        self.any("bundle")
        self.any_integer(3)
        self.sized()
        self.any_integer(0)
        self.any_integer(0)
        return self

    def choose_variant(self) -> "Calls":
        self.step("choose_variant")
        self.any("bundle")
        self.any_integer(0)
        self.front += b"other\\ "
        self.flag()
        self.held["bundle"] += 1
        return self

    def ask(self) -> "Calls":
        self.step("ask_names")
        self.any_integer(2)
        self.step("set_log")
        self.flag()
        self.step("ask_defaults")
        for _ in range(6):
            self.sized()
            self.flag()
        return self

    def create_reconstructor(self, bundle: int = 0) -> "Calls":
        self.step("create_reconstructor")
        self.integer(0, 0, 255)
        self.sized()
        self.any("bundle", bundle)
        self.flags(True, True)
        self.held["reconstructor"] += 1
        return self

    def reconstruct(self, **arguments: bool) -> "Calls":
        self.step("reconstruct")
        self.view()
        self.arguments(**arguments)
        self.sized()
        self.any("reconstructor")
        self.flag()
        self.held["result"] += 1
        return self

    def look_at_result(self, index: int = 0) -> "Calls":
        self.step("look_at_result")
        self.any("result", index)
        self.look_at()
        return self

    def look_at(self) -> None:
        self.any_integer(0)
        self.sized()
        self.any_integer(4)

    def batch(self) -> "Calls":
        self.step("batch")
        self.view()
        self.view(36, 40, BGRA, 3)
        self.arguments()
        self.flag()
        self.any("reconstructor")
        self.integer(2, -1, 2)
        self.held["batch"] += 1
        self.step("look_at_batch")
        self.any("batch")
        self.any_integer(1)
        self.look_at()
        return self

    def play_video(self, frames: int) -> "Calls":
        self.step("create_video")
        self.arguments()
        self.probability()
        self.flag()
        self.probabilities(5)
        self.sized()
        self.any("reconstructor")
        self.flag()
        self.held["video"] += 1
        self.step("play_video")
        self.any("video")
        self.view()
        self.view(pattern=90)
        self.integer(frames, 1, 5)
        for frame in range(frames):
            self.probabilities(2)
            self.sized()
            self.probability(1.0 if frame == 3 else 0.0)
            self.flag()
            self.held["result"] += 1
            self.any("result")
        self.any_float(1.0)
        self.integer(2, -1, 2)
        self.held["batch"] += 1
        return self

    def write_image(self, path: int, pixel_format: int = RGB, source: int = -1) -> "Calls":
        self.step("use_images")
        self.integer(0, 0, 5)
        self.view(pixel_format=pixel_format)
        self.any("image", self.held["image"])
        self.integer(max(source, 0), 0, 9)
        self.flags(False, True, source >= 0)
        self.sized()
        self.integer(path, 0, 9)
        self.flag()
        return self

    def read_image(self, path: int) -> "Calls":
        self.step("use_images")
        self.integer(1, 0, 5)
        self.integer(path, 0, 9)
        self.flag()
        self.held["image"] += 1
        return self

    def decode_image(self, path: int) -> "Calls":
        self.step("use_images")
        self.integer(2, 0, 5)
        self.integer(path, 0, 9)
        self.flags(True, True)
        self.held["image"] += 1
        return self

    def convert_image(self) -> "Calls":
        self.step("use_images")
        self.integer(3, 0, 5)
        self.view()
        self.integer(BGRA, -1, 5)
        self.held["image"] += 1
        return self

    def mark(self, path: int, source: int) -> "Calls":
        self.step("use_images")
        self.integer(4, 0, 5)
        self.integer(path, 0, 9)
        self.integer(source, 0, 9)
        self.flag()
        self.integer(path, 0, 9)
        return self

    def reconstruct_file(self, path: int, out: int) -> "Calls":
        self.step("reconstruct_file")
        self.any("reconstructor")
        self.integer(path, 0, 9)
        self.integer(out, 0, 9)
        self.integer(path, 0, 9)
        self.arguments()
        self.sized()
        self.flags(False, True, True)
        self.sized()
        self.flags(True, True)
        self.held["result"] += 1
        return self

    def stage(self, number: int) -> None:
        self.step("use_stages")
        self.any("bundle")
        self.integer(number, 0, 4)

    def stages(self) -> "Calls":
        self.stage(0)
        self.view()
        self.any_float(0.5)
        self.any_float(0.5)
        self.sized()
        self.any_integer(0)
        self.stage(1)
        self.view()
        for value in (4.0, 4.0, 32.0, 32.0, 0.0):
            self.any_float(value)
        self.stage(2)
        self.view()
        self.any_integer(0)
        self.stage(3)
        self.any_integer(1)
        self.view()
        self.view(pixel_format=GRAY)
        self.arguments(landmarks=True)
        return self

    def landmarks(self, is_68: bool) -> "Calls":
        self.stage(4)
        self.any_float(4.0)
        self.any_float(4.0)
        self.probability(22.0 / 90.0)
        self.integer(0, 0, 4)
        self.flag(is_68)
        self.probabilities(2)
        self.sized()
        self.any_integer(32)
        self.view()
        return self

    def free(self) -> "Calls":
        """Uses the first handle of each kind."""
        self.step("free_something")
        for kind in ("bundle", "reconstructor", "result", "batch", "video"):
            if self.held[kind] > 0:
                self.integer(0, 0, self.held[kind] - 1)
                self.held[kind] -= 1
        return self


def options(**arguments: bool) -> Seed:
    seed = Seed()
    seed.arguments(**arguments)
    seed.sized()
    seed.bundle_files()
    return seed


def ready() -> Calls:
    return Calls().open_bundle().create_reconstructor()


SEEDS = {
    "c_abi": {
        "reconstruct": ready().reconstruct().look_at_result(),
        "given": ready().reconstruct(landmarks=True, mask=True).look_at_result(),
        "boxes": ready().reconstruct(boxes=True).look_at_result(),
        "batch": ready().batch(),
        "video": ready().play_video(5).look_at_result(2),
        "bundle_in_folder": Calls().open_folder().look_at_bundle().create_reconstructor()
                            .reconstruct(),
        "variant": Calls().open_bundle().look_at_bundle().choose_variant()
                   .create_reconstructor(bundle=1).reconstruct().look_at_result(),
        "images": Calls().write_image(JPEG).read_image(JPEG).convert_image()
                  .write_image(PNG, RGBA, source=JPEG).decode_image(PNG).mark(PNG, JPEG)
                  .mark(JPEG, PNG).write_image(WEBP).write_image(TIFF).mark(WEBP, TIFF)
                  .write_image(BMP).read_image(BMP),
        "files": ready().write_image(PNG).reconstruct_file(PNG, JPEG)
                 .reconstruct_file(JPEG, JPEG).look_at_result(),
        "stages": Calls().open_bundle().stages(),
        "landmarks": Calls().landmarks(True).landmarks(False),
        "freed_early": ready().reconstruct().batch().play_video(2).free().look_at_result()
                       .free().free(),
        "texts": Calls().ask().look_at_bundle().read_image(PNG),
    },
    "options": {
        "found": options(),
        "given": options(landmarks=True, mask=True),
        "boxes": options(boxes=True),
    },
}


def main() -> None:
    folder = Path(__file__).parent / "seeds"
    for target, seeds in SEEDS.items():
        for name, seed in seeds.items():
            (folder / target / name).write_bytes(seed.data())


if __name__ == "__main__":
    main()
