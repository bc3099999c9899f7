#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the program on photos that are more than 8-bit JPEG, PNG and TIFF files.

usage: test_photo_files.py PROGRAM BUNDLE MASKED_PHOTO WORK_FOLDER
"""

import struct
import subprocess
import zlib

from PIL import Image
from program_test import (DIGITAL_SOURCE_TYPE, ProgramTest, metadata, reconstruct, run_tests)


def write_deep_png(path, image):
    """Writes an RGB image as PNG with 16 bits per channel: each level twice."""
    width, height = image.size
    rows = b"".join(
        b"\0" + bytes(level for level in image.crop((0, y, width, y + 1)).tobytes()
                      for _ in range(2))
        for y in range(height))

    def chunk(name, content):
        return (struct.pack(">I", len(content)) + name + content
                + struct.pack(">I", zlib.crc32(name + content)))

    path.write_bytes(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class PhotoFilesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        with Image.open(self.photo) as photo:
            self.pixels = photo.convert("RGB")

    def assert_painted(self, out, tolerance):
        """Requires a painted face and, at the photo's upper edge, its own pixels."""
        self.assertEqual(metadata(out)["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)
        with Image.open(out) as result:
            result = result.convert("RGB")
        self.assertEqual(result.size, self.pixels.size)
        self.assertNotEqual(result.tobytes(), self.pixels.tobytes())
        edge = (0, 0, self.pixels.width, 8)
        pairs = zip(result.crop(edge).tobytes(), self.pixels.crop(edge).tobytes())
        self.assertLessEqual(max(abs(after - before) for after, before in pairs), tolerance)

    def test_a_photo_of_16_bits_stays_one(self):
        photo = self.folder / "photo.png"
        write_deep_png(photo, self.pixels)
        for name in ("out.png", "out.tif"):
            self.assert_exit(reconstruct(photo, "-o", self.folder / name), 0)
        self.assert_painted(self.folder / "out.png", 0)
        self.assertEqual(metadata(self.folder / "out.png")["PNG:BitDepth"], 16)
        self.assertEqual(metadata(self.folder / "out.tif")["IFD0:BitsPerSample"], "16 16 16")
        self.assert_exit(reconstruct(photo, "-o", self.folder / "out.jpg"), 0)
        self.assert_painted(self.folder / "out.jpg", 40)

    def test_a_lossless_photo_stays_one(self):
        photo = self.folder / "photo.webp"
        self.pixels.save(photo, lossless=True)
        self.assert_exit(reconstruct(photo, "-o", self.folder / "out.webp"), 0)
        self.assert_painted(self.folder / "out.webp", 0)

    def test_photos_of_phones(self):
        source = self.folder / "source.png"
        self.pixels.save(source)
        photos = self.folder / "photos"
        photos.mkdir()
        subprocess.run(["heif-enc", "-q", "95", source, "-o", photos / "a.heic"], check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
        subprocess.run(["heif-enc", "-A", "-q", "95", source, "-o", photos / "b.AVIF"], check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
        self.assert_exit(reconstruct(photos, "-o", self.folder / "out"), 0)
        for name in ("a.heic", "b.AVIF"):
            png = self.folder / f"{name}.png"
            out = self.folder / "out" / name
            subprocess.run(["heif-convert", out, png], check=True, stdout=subprocess.DEVNULL,
                           timeout=60)
            self.assertEqual(metadata(out)["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)
            with Image.open(png) as result:
                self.assertEqual(result.size, self.pixels.size)

    def test_what_is_left_out_is_said(self):
        photo = self.make_camera_photo(self.folder / "photo.jpg", "-XMP-GCamera:MicroVideo=1",
                                       "-XMP-GCamera:MicroVideoOffset=5000")
        photo.write_bytes(photo.read_bytes() + bytes(5000))
        out = self.folder / "out.jpg"
        result = reconstruct(photo, "-o", out)
        self.assert_exit(result, 0)
        self.assertIn("motion video", result.stderr)
        self.assertNotIn("XMP-GCamera:MicroVideo", metadata(out))
        self.assert_painted(out, 40)

    def test_files_of_several_pictures_are_refused(self):
        frames = [self.pixels.rotate(angle) for angle in (90, 180)]
        for name, text in (("pages.tif", "holds 3 pages"), ("clip.webp", "is animated"),
                           ("clip.png", "is animated")):
            path = self.folder / name
            self.pixels.save(path, save_all=True, append_images=frames)
            out = self.folder / f"out_{name}"
            result = reconstruct(path, "-o", out)
            self.assert_exit(result, 1)
            self.assertIn(text, result.stderr)
            self.assertFalse(out.exists())


if __name__ == "__main__":
    run_tests()
