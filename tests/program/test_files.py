# SPDX-License-Identifier: Apache-2.0
"""Runs the demask program on folders, names and files as people have them."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

from PIL import Image

from program_test import ProgramTest, Settings, demask, metadata, reconstruct, run_tests

IS_ROOT = os.geteuid() == 0


def as_user(*arguments, **options):
    """Runs the program without the rights of root, which no mode keeps out."""
    def drop_rights():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    return subprocess.run(
        [Settings.program, *map(str, arguments), "--models", Settings.bundle], capture_output=True,
        text=True, timeout=600, check=False, preexec_fn=drop_rights if IS_ROOT else None, **options)


def shell(command, **variables):
    """Runs a shell command in which $D is the program and $M its option for the models."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=600,
        check=False, env={**os.environ, "D": Settings.program, "M": f"--models={Settings.bundle}",
                          **{name: str(value) for name, value in variables.items()}})


def inputs_of(report):
    return [photo["input"] for photo in json.loads(report.read_text())["photos"]]


class FilesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.input = self.folder / "in"
        self.input.mkdir()
        self.out = self.folder / "out"
        self.report = self.folder / "report.json"

    def add_masked(self, *names):
        for name in names:
            (self.input / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.photo, self.input / name)

    def add_bare(self, *names):
        for name in names:
            self.make_bare_photo(self.input / name)

    def run_inside(self, command, *arguments):
        """Runs a command of the program in the folder of the photos."""
        return subprocess.run(
            [os.path.abspath(Settings.program), command, "--models",
             os.path.abspath(Settings.bundle), *map(str, arguments)],
            cwd=self.input, capture_output=True, text=True, timeout=600, check=False)

    def reports(self):
        return json.loads(self.report.read_text())

    def left_out(self):
        return {str(pathlib.Path(file["path"]).relative_to(self.input)): file["reason"]
                for file in self.reports()["left_out"]}


class Search(FilesTest):
    def test_bad_entries_are_named_and_passed_over(self):
        self.add_bare("good.png", "album/good.png")
        (self.input / "dangling.jpg").symlink_to(self.input / "nowhere.jpg")
        (self.input / "loop.png").symlink_to(self.input / "loop.png")
        (self.input / "album" / "up").symlink_to(self.input)
        os.mkfifo(self.input / "pipe.jpg")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.input / "socket.png"))
            result = reconstruct(self.input, "-o", self.out, "--json", self.report)
        self.assert_exit(result, 1)
        self.assertEqual(self.files(self.out), ["album/good.png", "good.png"])
        failed = {pathlib.Path(photo["input"]).name: photo["error"]["code"]
                  for photo in self.reports()["photos"] if photo["error"]}
        self.assertEqual(failed, dict.fromkeys(
            ["dangling.jpg", "loop.png", "pipe.jpg", "socket.png"], "unreadable_file"))
        for name in failed:
            self.assertIn(f"{self.input}/{name}: ", result.stderr)
        self.assertEqual(self.left_out(), {"album/up": "folder_link"})
        result = demask("detect", self.input, "--models", Settings.bundle)
        self.assert_exit(result, 1)
        photos = json.loads(result.stdout)["photos"]
        self.assertEqual(len([photo for photo in photos if photo["error"]]), 4)

    def test_folders_and_photos_without_permission(self):
        if as_user("models").returncode != 0:
            self.skipTest("other users cannot run the program where it lies")
        self.add_bare("a/good.png", "locked/photo.png", "secret.png", "z/good.png")
        (self.input / "locked").chmod(0)
        (self.input / "secret.png").chmod(0)
        for folder in (self.folder, self.input):
            folder.chmod(0o777)
        result = as_user("reconstruct", self.input, "-o", self.out, "--json", self.report)
        (self.input / "locked").chmod(0o755)
        self.assert_exit(result, 1)
        self.assertEqual(self.files(self.out), ["a/good.png", "z/good.png"])
        self.assertIn(f"{self.input}/locked: cannot be searched (Permission denied)", result.stderr)
        self.assertIn("secret.png", result.stderr)
        (self.input / "locked").chmod(0)
        result = as_user("reconstruct", self.input / "locked", "-o", self.out)
        (self.input / "locked").chmod(0o755)
        self.assert_exit(result, 1)
        self.assertIn("Permission denied", result.stderr)

    def test_files_left_out_are_counted_and_named(self):
        self.add_bare("a.png")
        for name in ("b.gif", "c.psd", "notes.txt", ".hidden.jpg", ".profile", "a.png.xmp"):
            (self.input / name).write_bytes(b"content")
        (self.input / ".thumbnails").mkdir()
        shutil.copy(self.input / "a.png", self.input / ".thumbnails")
        result = reconstruct(self.input, "-o", self.out, "--json", self.report)
        self.assert_exit(result, 0)
        self.assertRegex(result.stderr, r"3 files left out, .*: \S*b\.gif, \S*c\.psd, \S*notes.txt\n")
        self.assertRegex(result.stderr, r"1 hidden photo left out: .*\.hidden\.jpg\n")
        self.assertEqual(self.left_out(), {
            "b.gif": "type", "c.psd": "type", "notes.txt": "type", ".hidden.jpg": "hidden"})
        for index in range(20):
            (self.input / f"{index:02}.gif").write_bytes(b"content")
        result = demask("detect", self.input, "--models", Settings.bundle)
        self.assert_exit(result, 0)
        self.assertRegex(result.stderr, r"23 files left out, .* and 18 more\n")
        self.assertEqual(len(json.loads(result.stdout)["left_out"]), 24)

    def test_a_folder_without_photos_says_what_is_in_it(self):
        (self.input / "a.gif").write_bytes(b"content")
        result = reconstruct(self.input, "-o", self.out)
        self.assert_exit(result, 2)
        self.assertIn("a.gif", result.stderr)

    def test_what_a_run_makes_is_no_input_of_the_next(self):
        self.add_masked("masked.png", "deep/masked.png")
        self.add_bare("bare.png")
        arguments = [".", "-o", "out/", "--json", "report.json", "--panel", "panels", "--both",
                     "--gender", "auto"]
        for more in ([], [], ["--resume"]):
            result = self.run_inside("reconstruct", *arguments, *more)
            self.assert_exit(result, 0)
            photos = json.loads((self.input / "report.json").read_text())["photos"]
            self.assertEqual(sorted(photo["input"] for photo in photos),
                             ["./bare.png", "./deep/masked.png", "./masked.png"])
        made = self.files(self.input)
        # Other options: what the earlier runs made is recognized without their names.
        result = self.run_inside("reconstruct", ".", "-o", "second/", "--json", "other.json")
        self.assert_exit(result, 0)
        report = json.loads((self.input / "other.json").read_text())
        self.assertEqual(sorted(photo["input"] for photo in report["photos"]),
                         ["./bare.png", "./deep/masked.png", "./masked.png"])
        reasons = {file["path"]: file["reason"] for file in report["left_out"]}
        self.assertEqual(reasons["./out/masked.png"], "synthetic")
        self.assertEqual(reasons["./out/bare.png"], "own_copy")
        self.assertEqual(reasons["./panels/masked.png"], "synthetic")
        self.assertEqual(reasons["./panels/bare.png"], "own_picture")
        self.assertEqual(reasons["./report_masks/masked_0.png"], "own_picture")
        self.assertIn("marked as partly painted", result.stderr)
        self.assertEqual([name for name in self.files(self.input)
                          if not name.startswith(("second/", "other"))], made)
        # A painted photo that is named is processed.
        result = self.run_inside("reconstruct", "out/masked.png", "-o", "again.png")
        self.assert_exit(result, 0)
        self.assertTrue((self.input / "again.png").exists())

    def test_masks_of_segment_are_no_photos(self):
        self.add_masked("masked.png")
        masks = self.input / "masks"
        for _ in range(2):
            result = demask("segment", self.input, "-o", masks, "--models", Settings.bundle)
            self.assert_exit(result, 0)
            self.assertEqual(len(json.loads(result.stdout)["photos"]), 1)
        for name in ("lone.png", "lone.jpg"):
            self.assert_exit(demask("segment", self.photo, "-o", self.input / name, "--models",
                                    Settings.bundle), 0)
        result = demask("detect", self.input, "--models", Settings.bundle)
        self.assertEqual([photo["input"] for photo in json.loads(result.stdout)["photos"]],
                         [f"{self.input}/masked.png"])

    def test_a_killed_run_is_resumed_without_its_own_files(self):
        names = [f"{index}.png" for index in range(6)]
        self.add_masked(*names)
        arguments = [".", "-o", "out/", "--json", "report.json", "--panel", "panels/"]
        with subprocess.Popen(
                [os.path.abspath(Settings.program), "reconstruct", *arguments, "--threads", "1",
                 "--models", os.path.abspath(Settings.bundle)],
                cwd=self.input, stderr=subprocess.DEVNULL) as process:
            out = self.input / "out"
            while process.poll() is None and len(list(out.glob("*.png"))) < 3:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        self.assert_exit(self.run_inside("reconstruct", *arguments, "--resume"), 0)
        photos = json.loads((self.input / "report.json").read_text())["photos"]
        self.assertEqual(sorted(photo["input"] for photo in photos),
                         [f"./{name}" for name in names])
        self.assertEqual(self.files(out), names)


class Names(FilesTest):
    def test_arguments_are_not_syntax(self):
        names = ["[2020]", "[a,b]", "[]", "{}", "%s", "@file", "a=b", "++", "video", "a,b", "~",
                 "*", "-x", "#1", "a b", "'", '"', "\\", "--help", "é"]
        for name in names:
            self.add_bare(f"{name}/photo.png")
            (self.input / f"{name}.png").write_bytes(
                (self.input / name / "photo.png").read_bytes())
        for given in ([f"{name}.png" for name in names], names, *[[name] for name in names[:3]],
                      ["++"], ["--help"], ["video"]):
            with self.subTest(arguments=given):
                result = self.run_inside("detect", "--", *given)
                self.assert_exit(result, 0)
                self.assertEqual([photo["input"] for photo in json.loads(result.stdout)["photos"]],
                                 [name if name.endswith(".png") else f"{name}/photo.png"
                                  for name in given])

    def test_names_of_outputs_are_not_syntax(self):
        self.add_masked("photo.png")
        for name in ("[a]", "[a,b]", "{}", "%d", "a=b"):
            with self.subTest(name=name):
                result = reconstruct(
                    self.input / "photo.png", f"--output={self.folder}/{name}.png", "--json",
                    f"{self.folder}/{name}.json", "--panel", f"{self.folder}/{name}-panel.png")
                self.assert_exit(result, 0)
                for end in (".png", ".json", "-panel.png", "_masks/photo_0.png"):
                    self.assertTrue((self.folder / f"{name}{end}").is_file(), end)
        self.assert_exit(self.run_inside("reconstruct", "photo.png", "-o", "[x,y].png"), 0)
        self.assertTrue((self.input / "[x,y].png").is_file())

    def test_the_longest_names(self):
        names = ["n" * 251 + ".png", "é" * 125 + "x.png", "n" * 250 + "1.jpg"]
        self.add_masked(*names[:2])
        self.add_bare(names[2])
        shutil.copy(self.photo, self.input / ("n" * 250 + "1.png"))
        result = reconstruct(self.input, "-o", self.out, "--json", self.report, "--panel",
                             self.folder / "panels", "--both")
        self.assert_exit(result, 0)
        self.assertEqual(len([name for name in self.files(self.out) if "_alternative" not in name]),
                         4)
        self.assertEqual(len(self.files(self.folder / "panels")), 4)
        masks = set()
        for photo in self.reports()["photos"]:
            self.assertIsNone(photo["error"])
            for face in photo["faces"]:
                for member in ("mask_file", "aligned_before_file", "aligned_after_file"):
                    if face[member]:
                        self.assertTrue((self.folder / face[member]).is_file())
                        masks.add(face[member])
        self.assertEqual(len(masks), 9)
        result = demask("segment", self.input, "-o", self.folder / "masks", "--models",
                        Settings.bundle)
        self.assert_exit(result, 0)
        self.assertEqual(len(self.files(self.folder / "masks")), 4)

    def test_names_that_are_no_text_are_resumed(self):
        names = [b"caf\xe9.png", b"caf\xe8.png", b"\xff\xfe.png", b"line\nbreak.png"]
        for name in names:
            shutil.copy(self.photo, os.fsencode(self.input) + b"/" + name)
        result = subprocess.run(
            [os.fsencode(Settings.program), b"reconstruct", os.fsencode(self.input), b"-o",
             os.fsencode(self.out), b"--json", os.fsencode(self.report), b"--models",
             os.fsencode(Settings.bundle)], capture_output=True, timeout=600, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sorted(os.listdir(os.fsencode(self.out))), sorted(names))
        inputs = inputs_of(self.report)
        self.assertIn(f"{self.input}/caf\\xE9.png", inputs)
        self.assertEqual(len(set(inputs)), 4)
        before = {entry.name: entry.stat().st_mtime_ns for entry in os.scandir(self.out)}
        result = subprocess.run(
            [Settings.program, "reconstruct", self.input, "-o", self.out, "--json", self.report,
             "--resume", "--models", Settings.bundle],
            capture_output=True, timeout=600, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({entry.name: entry.stat().st_mtime_ns for entry in os.scandir(self.out)},
                         before)
        self.assertEqual(inputs_of(self.report), inputs)

    def test_folders_of_one_name(self):
        for name in ("a/2020", "b/2020", "c/x/2020", "d/x/2020", "2021"):
            self.add_bare(f"{name}/photo.png")
        result = reconstruct(*[self.input / name for name in
                               ("a/2020", "b/2020", "c/x/2020", "d/x/2020", "2021", "./a/2020/")],
                             "-o", self.out, "--panel", self.folder / "panels")
        self.assert_exit(result, 0)
        names = ["2021/photo.png", "a/2020/photo.png", "b/2020/photo.png", "c/x/2020/photo.png",
                 "d/x/2020/photo.png"]
        self.assertEqual(self.files(self.out), names)
        self.assertEqual(self.files(self.folder / "panels"), names)

    def test_photos_that_differ_in_their_type_have_masks_of_their_own(self):
        self.add_masked("a.png")
        with Image.open(self.photo) as photo:
            photo.convert("RGB").save(self.input / "a.jpg")
        result = demask("segment", self.input, "-o", self.out, "--models", Settings.bundle)
        self.assert_exit(result, 0)
        self.assertEqual(self.files(self.out), ["a.jpg.png", "a.png.png"])

    def test_a_photo_given_twice_is_one_photo(self):
        self.add_bare("a.png")
        result = reconstruct(self.input / "a.png", f"{self.input}/../in/a.png", "-o", self.out)
        self.assert_exit(result, 0)
        self.assertEqual(self.files(self.out), ["a.png"])


class Overwriting(FilesTest):
    def setUp(self):
        super().setUp()
        self.add_masked("photo.png")
        self.mask = self.input / "mask.png"
        with Image.open(self.photo) as photo:
            Image.new("L", photo.size).save(self.mask)
        self.before = {path: path.read_bytes() for path in self.input.iterdir()}

    def assert_refused(self, *arguments, models=None):
        result = reconstruct(*arguments, models=models)
        self.assert_exit(result, 2)
        self.assertIn("overwritten", result.stderr)
        self.assertEqual({path: path.read_bytes() for path in self.before}, self.before)

    def test_no_output_overwrites_an_input(self):
        photo, mask, other = self.input / "photo.png", self.mask, self.folder / "o.png"
        hard, soft = self.folder / "hard.png", self.folder / "soft.png"
        os.link(mask, hard)
        soft.symlink_to(mask)
        (self.folder / "linked").symlink_to(self.input)
        for target in (mask, hard, soft, f"{self.folder}/linked/mask.png",
                       f"{self.input}/./mask.png"):
            self.assert_refused(photo, "--mask", mask, "-o", target)
            self.assert_refused(photo, "--mask", mask, "-o", other, "--json", target)
            self.assert_refused(photo, "--mask", mask, "-o", other, "--panel", target)
        self.assert_refused(photo, "--mask", soft, "-o", mask)
        self.assert_refused(photo, "-o", other, "--json", photo)

    def test_pictures_of_a_report_do_not_overwrite_the_mask_that_is_used(self):
        report = self.folder / "r.json"
        masks = self.folder / "r_masks"
        masks.mkdir()
        mask = shutil.copy(self.mask, masks / "photo_0.png")
        self.before[mask] = mask.read_bytes()
        self.assert_refused(self.input / "photo.png", "--mask", mask, "-o", self.folder / "o.png",
                            "--json", report)

    def test_outputs_do_not_meet_each_other(self):
        photo = self.input / "photo.png"
        for first, second in (("--json", "-o"), ("--panel", "-o"), ("--json", "--panel")):
            arguments = dict.fromkeys(("-o",), self.folder / "o.png")
            arguments.update({first: self.folder / "x.png", second: self.folder / "x.png"})
            result = reconstruct(photo, *[part for pair in arguments.items() for part in pair])
            self.assert_exit(result, 2)

    def test_models_are_not_overwritten(self):
        bundle = self.folder / "bundle"
        shutil.copytree(Settings.bundle, bundle)
        manifest = bundle / "manifest.json"
        self.before[manifest] = manifest.read_bytes()
        self.assert_refused(self.input / "photo.png", "-o", self.folder / "o.png", "--json",
                            manifest, models=bundle)

    def test_a_report_cannot_be_a_folder(self):
        result = reconstruct(self.input / "photo.png", "-o", self.folder / "o.png", "--json",
                             self.input)
        self.assert_exit(result, 2)

    def test_modes_are_kept(self):
        photo = self.input / "photo.png"
        for mode in (0o600, 0o640, 0o400, 0o666):
            with self.subTest(mode=oct(mode)):
                for name in ("o.png", "r.json", "panel.png"):
                    (self.folder / name).write_bytes(b"old")
                    (self.folder / name).chmod(mode)
                self.assert_exit(reconstruct(
                    photo, "-o", self.folder / "o.png", "--json", self.folder / "r.json",
                    "--panel", self.folder / "panel.png"), 0)
                for name in ("o.png", "r.json", "panel.png"):
                    self.assertEqual((self.folder / name).stat().st_mode & 0o777, mode)
                    (self.folder / name).unlink()

    def test_new_files_follow_the_umask(self):
        bare = self.make_bare_photo(self.input / "bare.png")
        bare.chmod(0o600)
        for name in ("bare.png", "photo.png"):
            before = os.umask(0o027)
            try:
                self.assert_exit(reconstruct(self.input / name, "-o", self.folder / "o.png"), 0)
            finally:
                os.umask(before)
            self.assertEqual((self.folder / "o.png").stat().st_mode & 0o777, 0o640)
            (self.folder / "o.png").unlink()


class Streams(FilesTest):
    COMMANDS = ("detect $P $M", "landmarks $P $M", "gender $P $M", "segment $P $M", "models $M",
                "models $M --json", "version", "--help", "reconstruct --help",
                "reconstruct $P -o $O $M --json -", "reconstruct $P -o $O $M --json /dev/stdout")

    def test_results_that_cannot_be_printed_are_an_error(self):
        for command in self.COMMANDS:
            for target in ("> /dev/full", "| head -c 0", ">&-"):
                with self.subTest(command=command, target=target):
                    result = shell(f'"$D" {command} {target}', P=self.photo,
                                   O=self.folder / "o.png")
                    self.assertEqual(result.returncode, 1, result.stderr)
                    self.assertIn("standard output: cannot be written", result.stderr)
                    self.assertEqual(result.stdout, "")

    def test_closed_streams_do_not_become_files(self):
        out = self.folder / "o.png"
        result = shell('"$D" reconstruct "$P" -o "$O" $M <&- >&- 2>&-', P=self.photo, O=out)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(metadata(out)["File:FileType"], "PNG")

    def test_a_photo_from_standard_input(self):
        jpeg = self.make_camera_photo(self.folder / "p.jpg", "-Make=Maker")
        expected = self.folder / "expected.jpg"
        self.assert_exit(reconstruct(jpeg, "-o", expected), 0)
        for command in ('"$D" reconstruct - -o "$O" $M --json "$R" < "$P"',
                        'cat "$P" | "$D" reconstruct - -o "$O" $M --json "$R"'):
            out = self.folder / "o.jpg"
            result = shell(command, P=jpeg, O=out, R=self.report)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(out.read_bytes(), expected.read_bytes())
            (photo,) = self.reports()["photos"]
            self.assertEqual(photo["input"], "-")
            self.assertEqual(photo["faces"][0]["mask_file"], "report_masks/stdin_0.png")
            out.unlink()
        result = shell('"$D" detect - $M < "$P"', P=jpeg)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(json.loads(result.stdout)["photos"][0]["faces"])

    def test_bad_standard_input_is_named(self):
        for command in ('echo text | "$D" reconstruct - -o "$O" $M', '"$D" detect - $M < /dev/null',
                        '"$D" detect - $M <&-'):
            with self.subTest(command=command):
                result = shell(command, O=self.folder / "o.png")
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertIn("standard input: ", result.stderr)
                self.assertNotIn("/proc/", result.stdout + result.stderr)

    def test_a_mask_from_standard_input(self):
        with Image.open(self.photo) as photo:
            Image.new("L", photo.size).save(self.folder / "m.png")
        result = shell('"$D" reconstruct "$P" -o "$O" $M --mask - < "$K"', P=self.photo,
                       O=self.folder / "o.png", K=self.folder / "m.png")
        self.assertEqual(result.returncode, 0, result.stderr)
        result = shell('"$D" reconstruct - -o "$O" $M --mask - < "$K"', O=self.folder / "o.png",
                       K=self.folder / "m.png")
        self.assertEqual(result.returncode, 2)

    def test_reports_go_to_streams(self):
        for target in ("-", "/dev/stdout", "/dev/fd/1"):
            result = shell(f'"$D" reconstruct "$P" -o "$O" $M --json {target}', P=self.photo,
                           O=self.folder / "o.png")
            self.assertEqual(result.returncode, 0, result.stderr)
            (photo,) = json.loads(result.stdout)["photos"]
            self.assertIsNone(photo["faces"][0]["mask_file"])
        result = shell('"$D" reconstruct "$P" -o "$O" $M --json >(cat >&2)', P=self.photo,
                       O=self.folder / "o.png")
        self.assertIn('"photos"', result.stderr)
        self.assertEqual(self.files(self.folder), ["o.png"])

    def test_pictures_do_not_go_to_streams(self):
        for arguments in (["-o", "-"], ["-o", "/dev/stdout"],
                          ["-o", self.folder / "o.png", "--panel", "-"]):
            result = reconstruct(self.photo, *arguments)
            self.assert_exit(result, 2)
            self.assertIn("standard output", result.stderr)


class Processes(FilesTest):
    def environment_of(self, *arguments, **variables):
        """The environment of a running program, which waits for a photo from a pipe."""
        pipe = self.folder / "pipe.png"
        os.mkfifo(pipe)
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
        command = [Settings.program, "detect", pipe, "--models", Settings.bundle, *arguments]
        with subprocess.Popen(command, env={**environment, **variables},
                              stdout=subprocess.DEVNULL) as process:
            with open(pipe, "wb") as photo:  # Opens once the program reads.
                text = pathlib.Path(f"/proc/{process.pid}/environ").read_bytes()
                photo.write(self.photo.read_bytes())
        self.assertEqual(process.returncode, 0)
        pipe.unlink()
        return dict(entry.split(b"=", 1) for entry in text.split(b"\0") if entry)

    def test_threads_wait_passively_unless_told_otherwise(self):
        self.assertEqual(self.environment_of()[b"OMP_WAIT_POLICY"], b"PASSIVE")
        active = self.environment_of(OMP_WAIT_POLICY="ACTIVE")
        self.assertEqual(active[b"OMP_WAIT_POLICY"], b"ACTIVE")
        self.assertNotIn(b"OMP_WAIT_POLICY", self.environment_of(GOMP_SPINCOUNT="5"))
        # A single thread waits for nobody.
        self.assertNotIn(b"OMP_WAIT_POLICY", self.environment_of("--threads", "1"))
        self.assertIn(b"OMP_WAIT_POLICY", self.environment_of("--threads", "2"))

    def test_the_program_starts_through_the_dynamic_loader(self):
        with open(Settings.program, "rb") as program:
            loader = re.search(rb"/[\w/]+/ld-[\w.-]+", program.read(4096))[0].decode()
        result = subprocess.run([loader, Settings.program, "version"], capture_output=True,
                                text=True, timeout=60, check=False)
        self.assert_exit(result, 0)
        self.assertIn("demask", result.stdout)

    def test_the_locale_does_not_matter(self):
        reports = []
        for name in ("C", "de_DE.UTF-8", "tr_TR.UTF-8"):
            result = subprocess.run(
                [Settings.program, "detect", self.photo, "--threshold", "0.5", "--models",
                 Settings.bundle], env={**os.environ, **locale_variables(self.folder, name)},
                capture_output=True, text=True, timeout=600, check=False)
            self.assert_exit(result, 0)
            reports.append(json.loads(result.stdout)["photos"])
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(reports[0], reports[2])


def locale_variables(folder, name):
    """Variables that choose a locale, which is made where the system has its sources."""
    if name != "C" and shutil.which("localedef"):
        language, charset = name.split(".")
        subprocess.run(["localedef", "-i", language, "-f", charset, folder / name],
                       capture_output=True, check=False)
    return {"LC_ALL": name, "LOCPATH": str(folder)}


if __name__ == "__main__":
    run_tests()
