# SPDX-License-Identifier: Apache-2.0
"""Photos in the formats that cameras, phones and editors write, read and checked by other software:
Pillow, ExifTool and libheif's programs."""

import io
import json
import struct
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

import demask
import numpy as np
import toy
from PIL import Image, ImageCms, PngImagePlugin

MARK = "compositeWithTrainedAlgorithmicMedia"
FORMATS = (".jpg", ".png", ".webp", ".tif", ".heic", ".avif")


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          timeout=120).stdout


def tags(path, *options):
    """Tags as ExifTool reads them; a tag of several groups is that of the first."""
    return json.loads(run("exiftool", "-json", "-n", *options, path))[0]


def opened(path):
    """An image that Pillow has read whole, so that its file is closed."""
    with Image.open(path) as image:
        image.load()
        return image


def pixels(path):
    """Pixels in RGB as Pillow or libheif's own program reads them."""
    if path.suffix in (".heic", ".avif"):
        png = path.with_suffix(path.suffix + ".png")
        run("heif-convert", path, png)
        path = png
    return np.asarray(opened(path).convert("RGB"))


class PhotoFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reconstructor = demask.Reconstructor(toy.BUNDLE)

    @classmethod
    def tearDownClass(cls):
        cls.reconstructor.close()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.photo = opened(toy.FOLDER / "masked.png")
        self.messages = []
        demask.set_log_callback(
            lambda level, text: self.messages.append((level, text)))
        self.addCleanup(demask.set_log_callback, None)

    def save(self, name, **options):
        path = self.folder / name
        if path.suffix in (".heic", ".avif"):
            png = self.folder / "source.png"
            self.photo.save(png, **options)
            run("heif-enc", *(["-A"] if path.suffix == ".avif" else []), "-q", 95, png, "-o", path)
        else:
            self.photo.save(path, **options)
        return path

    def reconstruct(self, source, name, painted=1):
        target = self.folder / name
        result = self.reconstructor.reconstruct_file(source, target, toy.PASTED)
        self.assertEqual(sum(face.status == demask.FaceStatus.RECONSTRUCTED
                             for face in result.faces), painted)
        return target

    def warnings(self):
        return [text for level, text in self.messages if level == demask.LogLevel.WARNING]

    def check_painted(self, path):
        # The mask was red, and the toy generator paints green.
        red, green, blue = (int(level) for level in toy.mouth(pixels(path)))
        self.assertTrue(green > 150 and max(red, blue) < 110, (path.name, red, green, blue))
        self.assertIn(MARK, tags(path)["DigitalSourceType"])
        self.assertNotIn("Error", tags(path, "-validate", "-warning", "-error"), path.name)

    def test_every_format_from_every_format(self):
        for source in FORMATS:
            path = self.save("photo" + source, **({"quality": 95} if source == ".webp" else {}))
            for target in FORMATS:
                with self.subTest(source=source, target=target):
                    self.check_painted(self.reconstruct(path, "out" + target))
        self.assertEqual(self.warnings(), [])

    def test_resolution(self):
        for source in (".jpg", ".png", ".tif", ".bmp"):
            path = self.save("photo" + source, dpi=(300, 300))
            for target in FORMATS + (".bmp",):
                with self.subTest(source=source, target=target):
                    out = self.reconstruct(path, "out" + target)
                    if target in (".jpg", ".png", ".tif", ".bmp"):
                        dpi = opened(out).info["dpi"]
                        self.assertAlmostEqual(float(dpi[0]), 300, delta=0.01)
                        self.assertAlmostEqual(float(dpi[1]), 300, delta=0.01)
                    else:
                        self.assertEqual(tags(out)["XResolution"], 300)
                        self.assertEqual(tags(out)["ResolutionUnit"], 2)

    def test_exif_resolution(self):
        path = self.save("photo.jpg")
        run("exiftool", "-q", "-overwrite_original", "-n", "-IFD0:XResolution=240",
            "-IFD0:YResolution=240", "-IFD0:ResolutionUnit=2", path)
        for target in FORMATS:
            with self.subTest(target=target):
                self.assertEqual(tags(self.reconstruct(path, "out" + target))["XResolution"], 240)

    def test_long_xmp(self):
        ancestors = [f"xmp.did:{i:064d}" for i in range(900)]
        xmp = ('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
               '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
               '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
               '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">'
               "<photoshop:DocumentAncestors><rdf:Bag>"
               + "".join(f"<rdf:li>{text}</rdf:li>" for text in ancestors)
               + "</rdf:Bag></photoshop:DocumentAncestors></rdf:Description></rdf:RDF>"
               '</x:xmpmeta><?xpacket end="w"?>').encode()
        path = self.save("photo.webp", xmp=xmp, quality=95)
        out = self.reconstruct(path, "out.jpg")
        self.check_painted(out)
        self.assertEqual(tags(out)["DocumentAncestors"], ancestors)
        again = self.reconstruct(out, "again.webp", painted=0)
        self.assertEqual(tags(again)["DocumentAncestors"], ancestors)
        self.assertEqual(self.warnings(), [])

    def test_comments_and_texts(self):
        path = self.save("photo.jpg", comment=b"a comment", quality=95)
        self.assertEqual(tags(self.reconstruct(path, "out.jpg"))["Comment"], "a comment")
        info = PngImagePlugin.PngInfo()
        info.add_text("Title", "a title")
        info.add_itxt("Description", "ein schönes Bild", "de")
        info.add_text("parameters", "x" * 5000, zip=True)
        out = self.reconstruct(self.save("photo.png", pnginfo=info), "out.png")
        read = opened(out)
        self.assertEqual(read.text["Title"], "a title")
        self.assertEqual(read.text["Description"], "ein schönes Bild")
        self.assertEqual(read.text["parameters"], "x" * 5000)
        self.check_painted(out)

    def test_gamma_looks_the_same(self):
        """A linear PNG file stays one; as another file, it has a profile that says so."""
        path = self.save("photo.png")
        content = path.read_bytes()
        body = b"gAMA" + struct.pack(">I", 100000)
        chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
        path.write_bytes(content[:33] + chunk + content[33:])
        out = self.reconstruct(path, "out.png")
        self.assertEqual(opened(out).info["gamma"], 1.0)
        srgb = ImageCms.createProfile("sRGB")
        before = np.asarray(self.photo, float)[2, 2] / 255
        shown = np.where(before <= 0.0031308, 12.92 * before,
                         1.055 * before ** (1 / 2.4) - 0.055) * 255
        for target in (".jpg", ".webp", ".tif"):
            with self.subTest(target=target):
                image = opened(self.reconstruct(path, "out" + target)).convert("RGB")
                profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
                seen = ImageCms.profileToProfile(image, profile, srgb)
                np.testing.assert_allclose(np.asarray(seen)[2, 2], shown, atol=3)

    def test_lossless_webp(self):
        noise = np.asarray(self.photo).copy()
        levels = np.random.default_rng(1).integers(0, 100, noise[:40].shape)
        noise[:40] = levels + [0, 100, 100]
        path = self.folder / "photo.webp"
        Image.fromarray(noise.astype(np.uint8)).save(path, lossless=True)
        out = self.folder / "out.webp"
        result = self.reconstructor.reconstruct_file(path, out, toy.PASTED)
        np.testing.assert_array_equal(pixels(out), result.photo)
        kept = result.changed == 0
        np.testing.assert_array_equal(pixels(out)[kept], noise[kept])
        self.check_painted(out)

    def test_sixteen_bits(self):
        levels = np.random.default_rng(2).integers(0, 65536, (40, 50)).astype(np.uint16)
        for source in (".png", ".tif"):
            path = self.folder / ("photo" + source)
            Image.fromarray(levels).save(path)
            for target in (".png", ".tif"):
                with self.subTest(source=source, target=target):
                    out = self.reconstruct(path, "out" + target, painted=0)
                    np.testing.assert_array_equal(np.asarray(opened(out)), levels)

    def test_depth_of_ones_own_pictures(self):
        levels = np.random.default_rng(3).integers(0, 65536, (40, 50)).astype(np.uint16)
        source, target = self.folder / "photo.png", self.folder / "out.png"
        Image.fromarray(levels).save(source)
        picture = demask.read_image(source)
        picture[5:9] = 100
        changed = np.zeros(picture.shape, np.uint8)
        changed[5:9] = 255
        demask.write_image(target, picture,
                           demask.EncodeOptions(pixel_source=source, changed=changed))
        levels[5:9] = 100 * 257
        np.testing.assert_array_equal(np.asarray(opened(target)), levels)
        with self.assertRaisesRegex(demask.InvalidArgumentError, "changed"):
            demask.write_image(target, picture,
                               demask.EncodeOptions(pixel_source=source, changed=changed[1:]))

    def test_cmyk_and_gray(self):
        profile = struct.pack(">I", 136) + b"\0" * 8 + b"prtrCMYKLab " + b"\0" * 12 + b"acsp"
        profile = profile.ljust(136, b"\0")
        path = self.folder / "photo.jpg"
        self.photo.convert("CMYK").save(path, quality=95, icc_profile=profile)
        seen = np.asarray(opened(path).convert("RGB"), int)
        read = demask.read_image(path).astype(int)
        self.assertLess(abs(read - seen).mean(), 3)
        for target in FORMATS:
            with self.subTest(target=target):
                out = self.reconstruct(path, "out" + target)
                self.check_painted(out)
                self.assertNotIn("ColorSpaceData", tags(out))
        self.assertEqual(len(self.warnings()), len(FORMATS))
        self.assertIn("CMYK", self.warnings()[0])
        gray = self.folder / "gray.jpg"
        self.photo.convert("L").save(gray)
        for target in FORMATS:
            out = self.reconstruct(gray, "gray" + target, painted=0)
            self.assertLess(abs(pixels(out).astype(int)
                                - np.asarray(self.photo.convert("L"), int)[..., None]).mean(), 3)

    def test_several_pictures(self):
        frames = {"append_images": [self.photo.rotate(angle) for angle in (90, 180)],
                  "save_all": True}
        for name, text in (("pages.tif", "holds 3 pages"), ("clip.webp", "animated"),
                           ("clip.png", "animated"), ("clip.gif", "GIF")):
            with self.subTest(name=name):
                path = self.save(name, **frames)
                before = path.read_bytes()
                with self.assertRaisesRegex(demask.UnsupportedFormatError, text):
                    self.reconstructor.reconstruct_file(path, path)
                self.assertEqual(path.read_bytes(), before)

    def test_motion_photo(self):
        path = self.save("photo.jpg", quality=95)
        run("exiftool", "-q", "-overwrite_original", "-XMP-GCamera:MicroVideo=1",
            "-XMP-GCamera:MicroVideoOffset=5012", "-XMP-dc:Source=the source", path)
        self.assertEqual(tags(path)["MicroVideo"], 1)
        video = bytes.fromhex("00000018667479706d703432") + bytes(5000)
        path.write_bytes(path.read_bytes() + video)
        out = self.reconstruct(path, "out.jpg")
        self.assertNotIn("MicroVideo", tags(out))
        self.assertEqual(tags(out)["Source"], "the source")
        self.check_painted(out)
        self.assertEqual(len(self.warnings()), 1)
        self.assertIn("motion video", self.warnings()[0])


if __name__ == "__main__":
    unittest.main()
