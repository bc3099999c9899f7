# SPDX-License-Identifier: Apache-2.0
"""Runs the demask program and checks its exit codes and files."""

import json
import os
import pathlib
import pty
import resource
import shutil
import signal
import stat
import subprocess
import time

from PIL import Image, ImageChops, ImageCms

from program_test import (
    DIGITAL_SOURCE_TYPE,
    SYNTHETIC_XMP_PACKET,
    ProgramTest,
    Settings,
    demask,
    metadata,
    reconstruct,
    run_tests,
)


class Usage(ProgramTest):
    def test_help_says_what_a_reconstruction_is(self):
        for arguments in (["--help"], ["reconstruct", "--help"]):
            result = demask(*arguments)
            self.assert_exit(result, 0)
            self.assertIn("never an identification", result.stdout)
            self.assertIn("non-commercial", result.stdout)

    def test_version(self):
        result = demask("version")
        self.assert_exit(result, 0)
        self.assertRegex(result.stdout, r"^demask \d+\.\d+\.\d+\nLibTorch \d+\.\d+\S*\n"
                                        r"with Exiv2: (.|\n)*GPL-3.0-or-later")

    def test_bad_usage(self):
        out = self.folder / "out.png"
        cases = [
            [],
            ["unknown"],
            ["reconstruct"],
            ["reconstruct", self.photo],
            ["reconstruct", self.photo, "-o", out, "--gender", "other"],
            ["reconstruct", self.photo, "-o", out, "--blend", "other"],
            ["reconstruct", self.photo, "-o", out, "--dtype", "int8"],
            ["reconstruct", self.photo, "-o", out, "--threshold", "2"],
            ["reconstruct", self.photo, "-o", out, "--dilation", "0.5"],
            ["reconstruct", self.photo, "-o", out, "--jpeg-quality", "0"],
            ["reconstruct", self.photo, "-o", out, "--quality", "worst"],
            ["reconstruct", self.photo, "-o", out, "--search-steps", "1001"],
            ["reconstruct", self.photo, "-o", out, "--search-seconds", "-1"],
            ["video", self.photo, "-o", self.folder / "out.mp4", "--quality", "best"],
            ["reconstruct", self.photo, "-o", out, "--threads", "0"],
            ["reconstruct", self.photo, "-o", out, "--faces", "some"],
            ["reconstruct", self.photo, "-o", out, "--faces", "-1"],
            ["reconstruct", self.photo, "-o", out, "--mask-inverted"],
            ["reconstruct", self.photo, "-o", self.folder / "no_extension"],
            ["reconstruct", self.photo, "-o", out, "--panel", self.folder / "panel.gif"],
            ["reconstruct", self.photo, "-o", out, "--json", self.folder / "missing" / "r.json"],
            ["reconstruct", self.photo, "-o", out, "--device", "abacus", "--models",
             Settings.bundle],
        ]
        for case in cases:
            with self.subTest(case=list(map(str, case))):
                result = demask(*case)
                self.assert_exit(result, 2)
                self.assertTrue(result.stderr)
        self.assertEqual(self.files(self.folder), [])

    def test_an_empty_folder_is_bad_usage(self):
        (self.folder / "in").mkdir()
        self.assert_exit(reconstruct(self.folder / "in", "-o", self.folder / "out"), 2)

    def test_inputs_are_not_overwritten(self):
        photo = self.folder / "photo.png"
        shutil.copy(self.photo, photo)
        before = photo.read_bytes()
        (self.folder / "link.png").symlink_to(photo)
        for target in ("photo.png", "./photo.png", "link.png"):
            with self.subTest(target=target):
                self.assert_exit(reconstruct(photo, "-o", f"{self.folder}/{target}"), 2)
        self.assert_exit(reconstruct(photo, "-o", f"{self.folder}/"), 2)
        self.assert_exit(reconstruct(photo, "-o", f"{self.folder}/o.png", "--panel", photo), 2)
        self.assert_exit(reconstruct(photo, "-o", f"{self.folder}/o.png", "--json", photo), 2)
        self.assertEqual(photo.read_bytes(), before)

    def test_two_photos_do_not_share_an_output(self):
        first = self.make_bare_photo(self.folder / "a" / "photo.png")
        second = self.make_bare_photo(self.folder / "b" / "photo.png")
        result = reconstruct(first, second, "-o", self.folder / "out")
        self.assert_exit(result, 2)
        self.assertIn("photo.png", result.stderr)
        self.assert_exit(reconstruct(self.folder / "a", self.folder / "b", "-o",
                                     self.folder / "out"), 0)
        self.assertEqual(self.files(self.folder / "out"), ["a/photo.png", "b/photo.png"])


class Bundles(ProgramTest):
    def copy_bundle(self):
        bundle = self.folder / "bundle"
        shutil.copytree(Settings.bundle, bundle)
        return bundle

    def test_a_missing_bundle(self):
        out = self.folder / "out.png"
        result = reconstruct(self.photo, "-o", out, models=self.folder / "missing")
        self.assert_exit(result, 3)
        self.assertIn("missing", result.stderr)
        self.assertFalse(out.exists())
        self.assert_exit(demask("models", "--models", self.folder / "missing"), 3)
        self.assert_exit(demask("detect", self.photo, "--models", self.folder / "missing"), 3)

    def test_a_damaged_model(self):
        bundle = self.copy_bundle()
        manifest = json.loads((bundle / "manifest.json").read_text())
        model = bundle / manifest["models"]["face_detector"]["file"]
        content = bytearray(model.read_bytes())
        content[len(content) // 2] ^= 1
        model.chmod(0o644)
        model.write_bytes(content)
        for result in (
            reconstruct(self.photo, "-o", self.folder / "out.png", models=bundle),
            demask("detect", self.photo, "--models", bundle),
            demask("models", "--models", bundle, "--verify"),
        ):
            self.assert_exit(result, 3)
            self.assertIn(model.name, result.stderr)
        model.unlink()
        self.assert_exit(reconstruct(self.photo, "-o", self.folder / "out.png", models=bundle), 3)
        self.assertFalse((self.folder / "out.png").exists())

    def test_models_prints_the_bundle(self):
        result = demask("models", "--models", Settings.bundle, "--verify")
        self.assert_exit(result, 0)
        self.assertIn("inpainter_female", result.stdout)
        result = demask("models", "--models", Settings.bundle, "--json")
        self.assert_exit(result, 0)
        stages = {model["stage"] for model in json.loads(result.stdout)["models"]}
        self.assertIn("segmenter", stages)


class Photos(ProgramTest):
    def test_one_photo(self):
        out = self.folder / "out.png"
        self.assert_exit(reconstruct(self.photo, "-o", out), 0)
        with Image.open(self.photo) as before, Image.open(out) as after:
            self.assertEqual(before.size, after.size)
            changed = ImageChops.difference(before.convert("RGB"), after.convert("RGB"))
            self.assertIsNotNone(changed.getbbox())
        self.assertEqual(metadata(out)["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)
        self.assertEqual(self.files(self.folder), ["out.png"])

    def test_options_take_effect(self):
        pictures = {}
        for name, options in {
            "female": ["--gender", "female"],
            "male": ["--gender", "male"],
            "poisson": ["--gender", "female", "--blend", "poisson"],
            "none": ["--gender", "female", "--blend", "none"],
            "wide": ["--gender", "female", "--dilation", "0.1"],
            "index": ["--gender", "female", "--faces", "9"],
            "strict": ["--gender", "female", "--threshold", "1"],
            "large": ["--gender", "female", "--min-face", "4000"],
            "unsure": ["--gender", "female", "--landmark-threshold", "1"],
        }.items():
            out = self.folder / f"{name}.png"
            self.assert_exit(reconstruct(self.photo, "-o", out, *options), 0)
            with Image.open(out) as picture:
                pictures[name] = picture.convert("RGB").tobytes()
        with Image.open(self.photo) as picture:
            untouched = picture.convert("RGB").tobytes()
        for name in ("index", "strict", "large", "unsure"):
            self.assertEqual(pictures.pop(name), untouched, name)
        self.assertEqual(len(set(pictures.values()) | {untouched}), len(pictures) + 1)

    def test_a_given_mask_bounds_the_change(self):
        out = self.folder / "whole.png"
        report = self.folder / "report.json"
        self.assert_exit(reconstruct(self.photo, "-o", out, "--json", report), 0)
        face = json.loads(report.read_text())["photos"][0]["faces"][0]
        mask_file = self.folder / face["mask_file"]
        with Image.open(mask_file) as found, Image.open(self.photo) as photo:
            self.assertEqual(found.size, photo.size)
            inverted = self.folder / "inverted.png"
            ImageChops.invert(found.convert("L")).save(inverted)
        outputs = []
        for index, mask in enumerate(([mask_file], [inverted, "--mask-inverted"])):
            out = self.folder / f"given{index}.png"
            self.assert_exit(
                reconstruct(self.photo, "-o", out, "--mask", *mask, "--dilation", "0"), 0)
            outputs.append(out.read_bytes())
        self.assertEqual(outputs[0], outputs[1])

        wrong = self.folder / "wrong.png"
        Image.new("L", (7, 7)).save(wrong)
        self.assert_exit(
            reconstruct(self.photo, "-o", self.folder / "bad.png", "--mask", wrong), 1)
        self.assert_exit(
            reconstruct(self.photo, "-o", self.folder / "bad.png", "--mask",
                        self.folder / "missing.png"), 1)
        self.assertFalse((self.folder / "bad.png").exists())

    def test_metadata_is_kept(self):
        profile = self.folder / "srgb.icc"
        profile.write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        photo = self.make_camera_photo(
            self.folder / "camera.jpg", "-Make=Maker", "-DateTimeOriginal=2021:05:06 07:08:09",
            "-XMP-dc:Creator=a photographer", "-IPTC:Caption-Abstract=a caption",
            f"-icc_profile<={profile}")
        for extension in ("jpg", "png", "webp", "tif"):
            with self.subTest(extension=extension):
                out = self.folder / f"out.{extension}"
                self.assert_exit(reconstruct(photo, "-o", out), 0)
                tags = metadata(out)
                self.assertEqual(tags["IFD0:Make"], "Maker")
                self.assertEqual(tags["ExifIFD:DateTimeOriginal"], "2021:05:06 07:08:09")
                self.assertEqual(tags["XMP-dc:Creator"], "a photographer")
                self.assertEqual(tags["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)
                self.assertIn("ICC_Profile:ProfileDescription", tags)
                self.assertNotIn("ExifTool:Warning", tags)
                if extension != "webp":
                    self.assertEqual(tags["IPTC:Caption-Abstract"], "a caption")

    def test_a_turned_photo_comes_out_upright(self):
        with Image.open(self.photo) as photo:
            size = photo.size
            stored = photo.convert("RGB").transpose(Image.Transpose.ROTATE_90)
        jpeg = self.folder / "turned.jpg"
        stored.resize((size[1] // 2, size[0] // 3)).save(jpeg)
        subprocess.run(["exiftool", "-q", "-overwrite_original", "-n", "-Orientation=6", str(jpeg)],
                       check=True, timeout=60)
        report = self.folder / "report.json"
        out = self.folder / "out.jpg"
        self.assert_exit(reconstruct(jpeg, "-o", out, "--json", report), 0)
        entry = json.loads(report.read_text())["photos"][0]
        self.assertEqual((entry["width"], entry["height"]), (size[0] // 3, size[1] // 2))
        out = self.folder / "out.png"
        self.assert_exit(reconstruct(jpeg, "-o", out), 0)
        with Image.open(out) as result:
            self.assertEqual(result.size, (size[0] // 3, size[1] // 2))
        self.assertEqual(metadata(out)["IFD0:Orientation"], 1)

    def test_a_photo_without_faces_is_copied_and_not_marked(self):
        photo = self.make_bare_photo(self.folder / "bare.jpg")
        out = self.folder / "out.jpg"
        self.assert_exit(reconstruct(photo, "-o", out), 0)
        self.assertEqual(out.read_bytes(), photo.read_bytes())
        out = self.folder / "out.png"
        self.assert_exit(reconstruct(photo, "-o", out), 0)
        self.assertNotIn("XMP-iptcExt:DigitalSourceType", metadata(out))

    def test_the_mark_beside_a_photo_is_copied_with_it(self):
        photo = self.make_bare_photo(self.folder / "bare.jpg")
        out = self.folder / "out.jpg"
        mark = self.folder / "bare.jpg.xmp"
        left_over = self.folder / "out.jpg.xmp"
        mark.write_text(SYNTHETIC_XMP_PACKET, encoding="utf-8")
        self.assert_exit(reconstruct(photo, "-o", out), 0)
        self.assertEqual(left_over.read_bytes(), mark.read_bytes())
        mark.unlink()
        self.assert_exit(reconstruct(photo, "-o", out), 0)
        self.assertEqual(self.files(self.folder), ["bare.jpg", "out.jpg"])

    def test_a_panel(self):
        panel = self.folder / "panel.png"
        self.assert_exit(
            reconstruct(self.photo, "-o", self.folder / "out.png", "--panel", panel), 0)
        with Image.open(panel) as picture:
            self.assertGreater(picture.width, 1000)
        self.assertEqual(metadata(panel)["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)


class Folders(ProgramTest):
    def make_folder(self):
        folder = self.folder / "in"
        (folder / "deep" / "er").mkdir(parents=True)
        shutil.copy(self.photo, folder / "masked.png")
        shutil.copy(self.photo, folder / "deep" / "er" / "masked.png")
        self.make_bare_photo(folder / "deep" / "bare.jpg")
        (folder / "notes.txt").write_text("no photo")
        (folder / ".hidden.png").write_bytes(b"no photo")
        return folder

    def test_a_folder_keeps_its_structure(self):
        out = self.folder / "out"
        panels = self.folder / "panels"
        result = reconstruct(self.make_folder(), "-o", out, "--panel", panels)
        self.assert_exit(result, 0)
        self.assertEqual(
            self.files(out), ["deep/bare.jpg", "deep/er/masked.png", "masked.png"])
        self.assertEqual(
            self.files(panels), ["deep/bare.png", "deep/er/masked.png", "masked.png"])
        self.assertNotIn("\r", result.stderr)

    def test_an_output_folder_inside_is_not_an_input(self):
        folder = self.make_folder()
        for _ in range(2):
            self.assert_exit(reconstruct(folder, "-o", folder / "out"), 0)
        self.assertEqual(
            self.files(folder / "out"), ["deep/bare.jpg", "deep/er/masked.png", "masked.png"])

    def test_failing_photos_do_not_stop_the_others(self):
        folder = self.make_folder()
        whole = (folder / "deep" / "bare.jpg").read_bytes()
        (folder / "broken.jpg").write_bytes(whole[: len(whole) // 2])
        (folder / "text.png").write_text("no photo")
        Image.new("F", (30, 30)).save(folder / "float.tif")
        report = self.folder / "report.json"
        out = self.folder / "out"
        missing = self.folder / "missing.jpg"
        result = reconstruct(folder, missing, "-o", out, "--json", report)
        self.assert_exit(result, 1)
        for name in ("broken.jpg", "text.png", "float.tif", "missing.jpg"):
            self.assertIn(name, result.stderr)
        self.assertEqual(
            self.files(out), ["in/deep/bare.jpg", "in/deep/er/masked.png", "in/masked.png"])
        errors = {
            pathlib.Path(photo["input"]).name: photo["error"]["code"]
            for photo in json.loads(report.read_text())["photos"] if photo["error"]
        }
        self.assertEqual(errors, {
            "broken.jpg": "unreadable_file", "text.png": "unreadable_file",
            "float.tif": "unsupported_format", "missing.jpg": "unreadable_file"})

    def test_threads_change_neither_photos_nor_report(self):
        folder = self.make_folder()
        (folder / "broken.jpg").write_bytes(b"no photo")
        runs = []
        for threads in (1, 3, 16):
            out = self.folder / f"out{threads}"
            report = self.folder / f"{threads}.json"
            result = reconstruct(folder, "-o", out, "--json", report, "--threads", threads)
            self.assert_exit(result, 1)
            photos = json.loads(report.read_text())["photos"]
            self.assertEqual([pathlib.Path(photo["input"]).name for photo in photos],
                             ["broken.jpg", "bare.jpg", "masked.png", "masked.png"])
            runs.append({name: (out / name).read_bytes() for name in self.files(out)})
        for run in runs[1:]:
            self.assertEqual(run, runs[0])

    def test_photos_of_one_stem_have_masks_of_their_own(self):
        folder = self.folder / "in"
        folder.mkdir()
        shutil.copy(self.photo, folder / "photo.png")
        self.make_camera_photo(folder / "photo.jpg", "-Make=Maker")
        report = self.folder / "report.json"
        self.assert_exit(reconstruct(folder, "-o", self.folder / "out", "--json", report), 0)
        masks = [face["mask_file"] for photo in json.loads(report.read_text())["photos"]
                 for face in photo["faces"] if face["mask_file"]]
        self.assertEqual(len(masks), len(set(masks)))
        self.assertGreaterEqual(len(masks), 2)

    def test_too_many_pixels(self):
        result = reconstruct(self.photo, "-o", self.folder / "out.png", "--max-pixels", "1000")
        self.assert_exit(result, 1)
        self.assertIn("max_pixels", result.stderr)


class Atomicity(ProgramTest):
    def test_an_output_that_cannot_be_written(self):
        blocked = self.folder / "file"
        blocked.write_text("no folder")
        for out in (blocked / "out.png", self.folder / "missing" / "out.png"):
            with self.subTest(out=str(out)):
                result = reconstruct(self.photo, "-o", out)
                self.assert_exit(result, 1)
                self.assertIn("out.png", result.stderr)
        result = reconstruct(self.photo, self.photo.parent / "missing.png", "-o", blocked)
        self.assert_exit(result, 1)
        self.assertEqual(self.files(self.folder), ["file"])
        self.assertEqual(blocked.read_text(), "no folder")

    def test_a_failed_photo_leaves_an_earlier_output_whole(self):
        out = self.folder / "out.png"
        out.write_bytes(b"earlier")
        result = reconstruct(self.folder / "missing.png", "-o", out)
        self.assert_exit(result, 1)
        self.assertEqual(out.read_bytes(), b"earlier")

    def test_a_device_is_not_replaced(self):
        result = reconstruct(self.photo, "-o", self.folder / "out.png", "--json", "/dev/full")
        self.assert_exit(result, 1)
        self.assertIn("/dev/full", result.stderr)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))

    def test_a_full_disk_leaves_nothing_behind(self):
        # Beyond a limit on the size of files, writes fail as they do on a full disk.
        result = subprocess.run(
            [Settings.program, "reconstruct", str(self.photo), "-o", str(self.folder / "out.png"),
             "--models", Settings.bundle], capture_output=True, text=True, timeout=600, check=False,
            restore_signals=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)))
        self.assert_exit(result, 1)
        self.assertIn("out.png", result.stderr)
        self.assertEqual(self.files(self.folder), [])

    def test_interruption_ends_the_run_with_a_complete_report(self):
        folder = self.folder / "in"
        folder.mkdir()
        for index in range(200):
            shutil.copy(self.photo, folder / f"{index:03}.png")
        out = self.folder / "out"
        report = self.folder / "report.json"
        process = subprocess.Popen(
            [Settings.program, "reconstruct", str(folder), "-o", str(out), "--json", str(report),
             "--models", Settings.bundle], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 120
        while not (out.exists() and self.files(out)) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130)
        photos = json.loads(report.read_text())["photos"]
        self.assertEqual(len(photos), 200)
        done = [photo for photo in photos if photo["error"] is None]
        self.assertEqual(len(done), len(self.files(out)))
        self.assertEqual(photos[-1]["error"]["code"], "cancelled")
        for path in out.iterdir():
            with Image.open(path) as picture:
                picture.load()


class Stages(ProgramTest):
    def faces(self, command, *arguments):
        result = demask(command, self.photo, "--models", Settings.bundle, *arguments)
        self.assert_exit(result, 0)
        photo = json.loads(result.stdout)["photos"][0]
        self.assertIsNone(photo["error"])
        self.assertTrue(photo["faces"])
        return photo["faces"]

    def test_detect(self):
        face = self.faces("detect")[0]
        self.assertEqual(len(face["box"]), 4)
        self.assertEqual(len(face["points"]), 5)

    def test_landmarks(self):
        face = self.faces("landmarks")[0]
        self.assertIn(len(face["landmarks"]), (68, 98))
        self.assertEqual(len(face["landmarks"]), len(face["landmark_confidence"]))

    def test_landmarks_are_those_of_a_reconstruction(self):
        """A rotated face too gets the landmarks that a reconstruction finds."""
        for degrees in (0, 15, -25):
            with self.subTest(degrees=degrees):
                turned = self.folder / f"turned{degrees}.png"
                with Image.open(self.photo) as photo:
                    photo.convert("RGB").rotate(degrees, center=(225, 125)).save(turned)
                result = demask("landmarks", turned, "--models", Settings.bundle)
                self.assert_exit(result, 0)
                alone = json.loads(result.stdout)["photos"][0]["faces"]
                report = self.folder / "report.json"
                result = reconstruct(turned, "-o", self.folder / "out.png", "--json", report)
                self.assert_exit(result, 0)
                whole = json.loads(report.read_text())["photos"][0]["faces"]
                self.assertTrue(alone)
                self.assertEqual([face["box"] for face in alone], [face["box"] for face in whole])
                for a, b in zip(alone, whole):
                    for p, q in zip(a["landmarks"], b["landmarks"], strict=True):
                        self.assertAlmostEqual(p[0], q[0], delta=0.01)
                        self.assertAlmostEqual(p[1], q[1], delta=0.01)

    def test_gender(self):
        face = self.faces("gender")[0]
        self.assertIn(face["gender"], ("female", "male"))
        self.assertGreaterEqual(face["gender_probability"], 0.5)

    def test_segment(self):
        mask = self.folder / "mask.png"
        self.faces("segment", "-o", mask)
        with Image.open(mask) as found, Image.open(self.photo) as photo:
            self.assertEqual(found.mode, "L")
            self.assertEqual(found.size, photo.size)
            self.assertIsNotNone(found.getbbox())

    def test_a_photo_that_fails(self):
        result = demask("detect", self.folder / "missing.png", self.photo, "--models",
                        Settings.bundle)
        self.assert_exit(result, 1)
        photos = json.loads(result.stdout)["photos"]
        self.assertEqual(photos[0]["error"]["code"], "unreadable_file")
        self.assertIsNone(photos[1]["error"])


class Terminal(ProgramTest):
    def test_a_progress_bar_on_a_terminal_only(self):
        photos = [self.make_bare_photo(self.folder / f"{i}.png") for i in range(3)]
        master, slave = pty.openpty()
        subprocess.run(
            [Settings.program, "reconstruct", *map(str, photos), "-o", str(self.folder / "out"),
             "--models", Settings.bundle], stderr=slave, timeout=600, check=True)
        os.close(slave)
        shown = b""
        try:
            while block := os.read(master, 65536):
                shown += block
        except OSError:
            pass  # Reading a terminal fails once its other side is closed.
        os.close(master)
        self.assertIn(b"3/3", shown)
        self.assertIn(b" left", shown)


if __name__ == "__main__":
    run_tests()
