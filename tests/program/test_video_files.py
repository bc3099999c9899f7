# SPDX-License-Identifier: Apache-2.0
"""Runs `demask video` on files as phones, cameras and editors write them, made with ffmpeg."""

import io
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import time
from fractions import Fraction

import numpy as np
from PIL import Image

from program_test import DIGITAL_SOURCE_TYPE, ProgramTest, Settings, metadata, run_tests
from test_video import video

FRAMES = 4
# Ways to store a picture: the numbers a, b, c, d of the display matrix, by which a pixel (x, y) is
# shown at (a x + c y, b x + d y), and the stored pixels of a picture that is then shown upright.
ORIENTATIONS = {
    (1, 0, 0, 1): lambda x: x,
    (-1, 0, 0, 1): lambda x: x[:, ::-1],
    (1, 0, 0, -1): lambda x: x[::-1],
    (-1, 0, 0, -1): lambda x: x[::-1, ::-1],
    (0, 1, 1, 0): lambda x: x.swapaxes(0, 1),
    (0, 1, -1, 0): lambda x: np.rot90(x, 1),
    (0, -1, 1, 0): lambda x: np.rot90(x, -1),
    (0, -1, -1, 0): lambda x: np.rot90(x.swapaxes(0, 1), 2),
}
H264 = ["-c:v", "libx264", "-crf", "4", "-pix_fmt", "yuv420p"]
NO_FACES = ["--min-face", "10000"]


def ffmpeg(*arguments):
    return subprocess.run(
        ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *map(str, arguments)],
        capture_output=True, check=True, timeout=120).stdout


def url(path):
    return f"file:{os.fsdecode(path)}"


def probe(path, entries, stream=None):
    """What ffprobe says: {"streams": [...], "format": {...}, "packets": [...], ...}."""
    select = ["-select_streams", stream] if stream else []
    output = subprocess.run(
        ["ffprobe", "-v", "error", *select, "-show_entries", entries, "-of", "json", url(path)],
        capture_output=True, check=True, timeout=120).stdout
    return json.loads(output)


def pictures(path, count=1, filters="null"):
    """The first frames of a video as a player shows them, RGB."""
    output = ffmpeg("-i", url(path), "-vf", filters, "-frames:v", count, "-pix_fmt", "rgb24", "-f",
                    "image2pipe", "-c:v", "ppm", "-")
    with Image.open(io.BytesIO(output)) as first:
        width, height = first.size
    head = len(f"P6\n{width} {height}\n255\n")
    frames = np.frombuffer(output, np.uint8).reshape(-1, head + width * height * 3)
    return list(frames[:, head:].reshape(-1, height, width, 3).astype(int))


def times(path):
    """When each frame is shown, in seconds."""
    packets = probe(path, "packet=pts_time", "V:0")["packets"]
    return sorted(float(packet["pts_time"]) for packet in packets)


def copied_packets(path, kind):
    """A digest of the packets of all streams of a kind: a (sound) or s (subtitles)."""
    return ffmpeg("-i", url(path), "-map", f"0:{kind}", "-c", "copy", "-f", "streamhash", "-").decode()


def corners(picture):
    """The edges of a picture, where the face is not."""
    return np.concatenate([picture[:20].reshape(-1, 3), picture[:, :20].reshape(-1, 3),
                           picture[:, -20:].reshape(-1, 3)])


class FilesTest(ProgramTest):
    def picture(self, width=320, height=240):
        with Image.open(self.photo) as photo:
            return np.asarray(photo.convert("RGB").resize((width, height), Image.LANCZOS))

    def still(self, picture):
        path = self.folder / "still.png"
        Image.fromarray(np.ascontiguousarray(picture)).save(path)
        return path

    def clip(self, name, *options, picture=None, frames=FRAMES, inputs=()):
        """A clip of the masked photo, 10 frames a second."""
        still = self.still(self.picture() if picture is None else picture)
        path = self.folder / name
        ffmpeg("-loop", 1, "-framerate", 10, "-i", still, *inputs, *(options or H264), "-frames:v",
               frames, path)
        still.unlink()
        return path

    def moving(self, name, *options, size="320x240", seconds=2, inputs=(), filters="null"):
        """A clip without faces, 25 frames a second."""
        path = self.folder / name
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds}", *inputs,
               "-vf", filters, *(options or H264), path)
        return path

    def reconstruct(self, clip, name="out.mp4", *options):
        """The path of the output, and what was said on stderr."""
        out = clip.parent / name
        result = video(clip, "-o", out, *options)
        self.assert_exit(result, 0)
        counted = re.search(r"(\d+) frames, (\d+) with a reconstructed face", result.stdout)
        self.counted = int(counted[1]), int(counted[2])
        return out, result.stderr

    def assert_near(self, picture, expected, levels=2.0):
        self.assertEqual(picture.shape, expected.shape)
        self.assertLess(np.abs(picture - expected).mean(), levels)


SOUND = ("-f", "lavfi", "-i", "sine=frequency=300:duration=2")


class Pictures(FilesTest):
    def set_matrix(self, clip, matrix):
        """Writes a display matrix into the header of the only track of an MP4 file."""
        content = bytearray(clip.read_bytes())
        box = content.find(b"tkhd")
        a, b, c, d = (value << 16 for value in matrix)
        struct.pack_into(">9i", content, box + 44, a, b, 0, c, d, 0, 0, 0, 1 << 30)
        clip.write_bytes(content)

    def test_stored_pictures_are_turned_upright(self):
        photo = self.picture()
        for matrix, store in ORIENTATIONS.items():
            for name in ("out.mp4", "out.mkv") if matrix[0] == 0 else ("out.mp4",):
                with self.subTest(matrix=matrix, name=name):
                    clip = self.clip("clip.mp4", picture=store(photo))
                    self.set_matrix(clip, matrix)
                    out, notes = self.reconstruct(clip, name)
                    self.assertEqual(notes, "")
                    self.assertEqual(self.counted, (FRAMES, FRAMES))
                    stream = probe(out, "stream=width,height:stream_side_data", "v")["streams"][0]
                    self.assertEqual((stream["width"], stream["height"]), (320, 240))
                    self.assertNotIn("side_data_list", stream)
                    shown = pictures(out)[0]
                    self.assert_near(corners(shown), corners(photo), 4.0)
                    # What players make of the input agrees.
                    self.assert_near(corners(shown), corners(pictures(clip)[0]))

    def test_pixels_that_are_not_square_turn_too(self):
        clip = self.clip("clip.mp4", *H264, "-vf", "setsar=4/3")
        shape = "stream=sample_aspect_ratio"
        for matrix, expected in (((1, 0, 0, 1), "4:3"), ((0, 1, -1, 0), "3:4")):
            self.set_matrix(clip, matrix)
            for name in ("out.mp4", "out.mkv", "out.avi"):
                out, _ = self.reconstruct(clip, name, *NO_FACES)
                if name != "out.avi":
                    self.assertEqual(
                        probe(out, shape, "v")["streams"][0]["sample_aspect_ratio"], expected)

    def test_odd_sizes_are_kept(self):
        clip = self.moving("clip.avi", "-c:v", "mpeg4", "-q:v", "2", filters="scale=641:361")
        for name in ("out.mp4", "out.mkv", "out.mov", "out.webm", "out.avi"):
            with self.subTest(name=name):
                out, notes = self.reconstruct(clip, name)
                stream = probe(out, "stream=width,height", "v")["streams"][0]
                self.assertEqual((stream["width"], stream["height"]), (641, 361))
                self.assertEqual("641 x 361 is odd" in notes, name[-3:] in ("mp4", "mkv", "mov"))
                self.assert_near(pictures(out)[0], pictures(clip)[0])

    def test_bars_of_every_color_come_back(self):
        tags = {"color_space": "bt709", "color_primaries": "bt709", "color_transfer": "bt709",
                "color_range": "tv"}
        cases = [("640x480", tags), ("1280x720", {name: "smpte170m" for name in tags}),
                 ("640x480", {**tags, "color_range": "pc"}), ("640x480", {}), ("1280x720", {})]
        options = {"color_space": "-colorspace", "color_primaries": "-color_primaries",
                   "color_transfer": "-color_trc", "color_range": "-color_range"}
        for size, wanted in cases:
            wanted = {**wanted, **({"color_range": "tv"} if "smpte170m" in wanted.values() else {})}
            clip = self.folder / "clip.mp4"
            matrix = wanted.get("color_space", "smpte170m")
            ffmpeg("-f", "lavfi", "-i", f"smptehdbars=size={size}:rate=10:duration=0.4", "-vf",
                   f"scale=out_color_matrix={matrix}:out_range={wanted.get('color_range', 'tv')}",
                   *H264, *(item for name, tag in wanted.items() for item in (options[name], tag)),
                   clip)
            for name in ("out.mp4", "out.mkv", "out.mov", "out.webm", "out.avi"):
                with self.subTest(size=size, wanted=wanted, name=name):
                    out, notes = self.reconstruct(clip, name)
                    self.assertEqual(notes, "")
                    stream = probe(out, "stream=" + ",".join(tags), "v")["streams"][0]
                    if name == "out.avi":  # Motion JPEG has one kind of color.
                        self.assertEqual((stream["color_range"], stream["color_space"]),
                                         ("pc", "bt470bg"))
                    else:
                        found = {key: tag for key, tag in stream.items() if tag != "unknown"}
                        if name == "out.webm" and not wanted:
                            found.pop("color_range", None)  # VP9 always has a range.
                        self.assertEqual(found, wanted)
                    # ffmpeg takes untagged clips of any size for BT.601; players do not.
                    is_hd = not wanted and size == "1280x720" and name == "out.avi"
                    filters = "scale=in_color_matrix=bt709" if is_hd else "null"
                    before, after = pictures(clip, 1, filters)[0], pictures(out)[0]
                    levels = 4 if name == "out.avi" else 2
                    # The middles of the bars: their edges suffer from compression.
                    rows = before.shape[0] // 3
                    for column in np.linspace(0, before.shape[1] - 1, 40).astype(int)[1:-1]:
                        area = before[rows - 3:rows + 3, column - 3:column + 3]
                        if area.std(axis=(0, 1)).max() < 1:
                            difference = after[rows, column] - before[rows, column]
                            self.assertLessEqual(np.abs(difference).max(), levels)

    def test_faces_have_the_same_colors_in_every_coding(self):
        painted = {}
        for matrix, color_range in (("bt709", "tv"), ("smpte170m", "tv"), ("bt709", "pc")):
            clip = self.clip(
                "clip.mp4", *H264, "-vf",
                f"scale=out_color_matrix={matrix}:out_range={color_range}", "-colorspace", matrix,
                "-color_range", color_range)
            out, _ = self.reconstruct(clip)
            self.assertEqual(self.counted, (FRAMES, FRAMES))
            painted[matrix, color_range] = pictures(out)[0]
        reference = painted.pop(("bt709", "tv"))
        face = np.abs(reference - self.picture()).max(axis=2) > 30
        self.assertGreater(face.mean(), 0.02)
        for coding, picture in painted.items():
            shift = (picture - reference)[face].mean(axis=0)
            self.assertLess(np.abs(shift).max(), 1.5, f"{coding}: {shift}")

    def test_ten_bits_and_hdr_are_kept(self):
        options = ["-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-crf", "4", "-x265-params",
                   "log-level=none", "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
                   "-color_trc", "arib-std-b67"]
        clip = self.moving("clip.mp4", *options)
        for name in ("out.mp4", "out.mkv", "out.webm", "out.avi"):
            with self.subTest(name=name):
                out, notes = self.reconstruct(clip, name)
                self.assertIn("HDR colors", notes)
                stream = probe(out, "stream=pix_fmt,color_transfer", "v")["streams"][0]
                if name == "out.avi":
                    self.assertIn("with 8 bits a color instead of 10", notes)
                    self.assertEqual(stream["pix_fmt"], "yuvj420p")
                else:
                    self.assertEqual(notes.count("\n"), 1)
                    self.assertEqual(stream["pix_fmt"], "yuv420p10le")
                    self.assertEqual(stream["color_transfer"], "arib-std-b67")
                    self.assert_near(pictures(out)[0], pictures(clip)[0])

    def test_other_pixel_formats(self):
        for name, pixels, expected in (("yuv422p", "yuv422p", "yuv422p"), ("nv12", "nv12", "yuv420p"),
                                       ("rgb24", "rgb24", "yuv444p"), ("gray", "gray", "yuvj420p"),
                                       ("alpha", "yuva420p", "yuv420p"), ("gbrp", "gbrp", "yuv444p")):
            with self.subTest(name=name):
                clip = self.clip("clip.nut", "-c:v", "rawvideo", "-pix_fmt", pixels)
                out, _ = self.reconstruct(clip)
                self.assertEqual(self.counted, (FRAMES, FRAMES))
                self.assertEqual(probe(out, "stream=pix_fmt", "v")["streams"][0]["pix_fmt"], expected)
                self.assert_near(corners(pictures(out)[0]), corners(pictures(clip)[0]), 3.0)


    def test_a_size_that_changes(self):
        parts = [self.moving(f"{width}.ts", size=f"{width}x240", seconds=0.4) for width in (320, 400)]
        clip = self.folder / "clip.ts"
        clip.write_bytes(b"".join(part.read_bytes() for part in parts))
        out, _ = self.reconstruct(clip)
        self.assertEqual(self.counted[0], 20)
        self.assertEqual(len(times(out)), 20)
        stream = probe(out, "stream=width,height", "v")["streams"][0]
        self.assertEqual((stream["width"], stream["height"]), (320, 240))

    def test_interlaced_clips_stay_interlaced(self):
        clip = self.moving("clip.mp4", "-flags", "+ildct+ilme", *H264, "-x264-params", "tff=1",
                           size="720x576", filters="tinterlace=interleave_top,fieldorder=tff")
        out, _ = self.reconstruct(clip)
        self.assertEqual(probe(out, "stream=field_order", "v")["streams"][0]["field_order"], "tt")

    def test_brightness_of_the_screen_is_kept(self):
        screen = ("master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)"
                  "L(10000000,1):max-cll=1000,400:log-level=none")
        clip = self.moving("clip.mkv", "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params",
                           screen, "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
                           "-color_trc", "smpte2084", seconds=0.4)
        for name in ("out.mp4", "out.mkv"):
            out, _ = self.reconstruct(clip, name)
            data = probe(out, "stream_side_data", "v")["streams"][0]["side_data_list"]
            found = {key: value for entry in data for key, value in entry.items()}
            self.assertEqual((found["max_content"], found["max_average"]), (1000, 400))
            self.assertEqual(float(Fraction(found["max_luminance"])), 1000)


class Times(FilesTest):
    def uneven(self, name, *options, filters="null"):
        """60 frames at 30 a second, then 10 at 5 a second, with sound."""
        wanted = "settb=1/90000,setpts='round(if(lt(N,60),N/30,2+(N-60)/5)/TB)'"
        return self.moving(name, "-vsync", "vfr", "-enc_time_base", "1/90000", *H264, "-bf", "3",
                           "-frames:v", "70", "-c:a", "aac", *options, seconds=3,
                           inputs=("-f", "lavfi", "-i", "sine=frequency=300:duration=4"),
                           filters=f"{wanted},{filters}")

    def test_uneven_times_are_kept(self):
        clip = self.uneven("clip.mp4")
        before = times(clip)
        self.assertEqual(len(before), 70)
        self.assertAlmostEqual(before[-1], 3.8, places=5)
        sound = probe(clip, "stream=start_time,duration", "a")["streams"]
        for name, precision in (("out.mp4", 1e-6), ("out.mov", 1e-6), ("out.mkv", 0.0006),
                                ("out.webm", 0.0006), ("out.avi", 0.0006)):
            with self.subTest(name=name):
                out, _ = self.reconstruct(clip, name)
                after = times(out)
                self.assertEqual(len(after), len(before))
                np.testing.assert_allclose(after, before, atol=precision)
                if name in ("out.mp4", "out.mov"):
                    self.assertEqual(probe(out, "stream=start_time,duration", "a")["streams"], sound)

    def test_a_late_start_is_kept(self):
        clip = self.uneven("clip.mp4", filters="setpts=PTS+0.5/TB")
        before = times(clip)
        self.assertAlmostEqual(before[0], 0.5, places=5)
        for name, precision in (("out.mp4", 1e-6), ("out.mov", 1e-6), ("out.mkv", 0.0006)):
            with self.subTest(name=name):
                out, _ = self.reconstruct(clip, name)
                np.testing.assert_allclose(times(out), before, atol=precision)
                sound = [float(probe(path, "stream=start_time", "a")["streams"][0]["start_time"])
                         for path in (clip, out)]
                self.assertAlmostEqual(sound[1], sound[0], places=2)
        # Streams of AVI files start together: the first picture is shown from the start on.
        out, _ = self.reconstruct(clip, "out.avi")
        np.testing.assert_allclose(times(out), [0.0, *before[1:]], atol=0.02)

    def test_a_clip_that_was_trimmed_without_encoding(self):
        long = self.moving("long.mp4", *H264, "-bf", "3", "-g", "100", "-c:a", "aac", inputs=SOUND)
        clip = self.folder / "clip.mp4"
        ffmpeg("-ss", "0.8", "-i", long, "-c", "copy", clip)
        out, notes = self.reconstruct(clip)
        self.assertEqual(notes, "")
        shown = [[frame["pts_time"] for frame in probe(path, "frame=pts_time", "v")["frames"]]
                 for path in (clip, out)]
        self.assertEqual(shown[1], shown[0])
        self.assert_near(pictures(out)[0], pictures(clip)[0])

    def test_the_clock_of_a_broadcast_starts_at_zero(self):
        clip = self.moving("clip.ts", *H264, "-bf", "2", "-c:a", "aac", "-output_ts_offset", "36000",
                           inputs=SOUND)
        out, _ = self.reconstruct(clip)
        starts = [[float(s["start_time"]) for s in probe(path, "stream=start_time")["streams"]]
                  for path in (clip, out)]
        self.assertLess(max(starts[1]), 0.5)
        self.assertAlmostEqual(starts[1][0] - starts[1][1], starts[0][0] - starts[0][1], places=3)

    def test_times_that_do_not_rise(self):
        clip = self.moving("clip.mp4", "-c:v", "mpeg4", "-bf", "0", seconds=0.4)
        content = bytearray(clip.read_bytes())
        box = content.find(b"stts")
        self.assertEqual(struct.unpack_from(">2I", content, box + 8), (1, 10))
        struct.pack_into(">I", content, box + 16, 0)  # Every frame lasts no time.
        clip.write_bytes(content)
        for name in ("out.mp4", "out.mkv", "out.avi"):
            with self.subTest(name=name):
                out, _ = self.reconstruct(clip, name)
                after = times(out)
                self.assertEqual(len(after), 10)
                self.assertGreater(min(np.diff(after)), 0)


class Streams(FilesTest):
    def rich(self, name, *options, inputs=()):
        """A clip with sound, subtitles, chapters and metadata."""
        subtitles = self.folder / "subtitles.srt"
        subtitles.write_text("1\n00:00:00,200 --> 00:00:01,000\nhello\n\n"
                             "2\n00:00:01,200 --> 00:00:01,800\nworld\n")
        details = self.folder / "details.txt"
        details.write_text(";FFMETADATA1\ntitle=Holidays\nartist=Somebody\ncomment=a\\=b\\; c\n"
                           "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n"
                           "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two\n")
        return self.moving(
            name, "-map", "0:v", "-map", "1:a", "-map", "2:s", "-map_metadata", "3",
            "-map_chapters", "3", "-metadata", "creation_time=2021-05-06T07:08:09Z", *H264, *options,
            inputs=(*SOUND, "-i", subtitles, "-i", details, *inputs))

    def test_everything_is_carried_over(self):
        for name, options in (("clip.mp4", ["-c:a", "aac", "-c:s", "mov_text"]),
                              ("clip.mov", ["-c:a", "pcm_s16be", "-c:s", "mov_text"]),
                              ("clip.mkv", ["-c:a", "flac", "-c:s", "srt", "-attach",
                                            self.folder / "subtitles.srt", "-metadata:s:t",
                                            "mimetype=text/plain"])):
            with self.subTest(name=name):
                clip = self.rich(name, *options, "-metadata:s:a", "language=deu")
                out, notes = self.reconstruct(clip, "out" + clip.suffix)
                self.assertEqual(notes, "")
                for kind in ("a", "s"):
                    self.assertEqual(copied_packets(out, kind), copied_packets(clip, kind))
                entries = ("stream=codec_name,codec_type:stream_tags=language,filename:format_tags:"
                           "chapter=start_time,end_time:chapter_tags")
                before, after = probe(clip, entries), probe(out, entries)
                for found in (before, after):
                    # Matroska writes names in capitals.
                    found["format"]["tags"] = {
                        name.lower(): value for name, value in found["format"]["tags"].items()
                        if name.lower() != "encoder"}
                self.assertEqual(after, before)
                for name in ("title", "artist", "comment", "creation_time"):
                    self.assertIn(name, after["format"]["tags"])

    def test_details_of_phones(self):
        phone = ["-metadata", "com.apple.quicktime.make=Apple", "-metadata",
                 "com.apple.quicktime.location.ISO6709=+48.1+011.5/", "-metadata", "title=Walk",
                 "-metadata", "creation_time=2021-05-06T07:08:09Z", "-timecode", "01:00:00:00",
                 "-movflags", "use_metadata_tags"]
        clip = self.moving("clip.mov", *H264, "-c:a", "aac", *phone, inputs=SOUND)
        for name in ("out.mov", "out.mp4"):
            with self.subTest(name=name):
                out, notes = self.reconstruct(clip, name)
                self.assertEqual(notes, "")
                tags = probe(out, "format_tags")["format"]["tags"]
                self.assertEqual(tags["com.apple.quicktime.make"], "Apple")
                self.assertEqual(tags["com.apple.quicktime.location.ISO6709"], "+48.1+011.5/")
                self.assertEqual(tags["title"], "Walk")
                self.assertEqual(tags["timecode"], "01:00:00:00")
                self.assertTrue(tags["creation_time"].startswith("2021-05-06T07:08:09"))
                self.assertEqual(metadata(out)["QuickTime:CreateDate"], "2021:05:06 07:08:09")

    def test_a_cover_picture(self):
        cover = self.still(np.full((64, 64, 3), 200, np.uint8)).rename(self.folder / "cover.png")
        bare = self.moving("bare.mp4", *H264, "-c:a", "aac", inputs=SOUND)
        clip = self.folder / "clip.mp4"
        ffmpeg("-i", bare, "-i", cover, "-map", 0, "-map", 1, "-c", "copy", "-disposition:v:1",
               "attached_pic", clip)
        out, notes = self.reconstruct(clip)
        self.assertEqual(notes, "")
        streams = probe(out, "stream=codec_name:stream_disposition=attached_pic")["streams"]
        self.assertEqual([(s["codec_name"], s["disposition"]["attached_pic"]) for s in streams],
                         [("h264", 0), ("aac", 0), ("png", 1)])
        _, notes = self.reconstruct(clip, "out.mkv")
        self.assertIn("cover picture (png)", notes)

    def test_what_a_container_cannot_hold_is_named(self):
        clip = self.rich("clip.mkv", "-c:a", "pcm_s16le", "-c:s", "srt")
        cases = {"out.mp4": "sound (pcm_s16le), subtitles (subrip)", "out.mov": "subtitles (subrip)",
                 "out.webm": "sound (pcm_s16le), subtitles (subrip)", "out.avi": "subtitles (subrip)"}
        for name, left_out in cases.items():
            with self.subTest(name=name):
                out, notes = self.reconstruct(clip, name)
                self.assertEqual(notes.count("\n"), 1)
                self.assertTrue(notes.startswith(f"demask: {out}: "), notes)
                self.assertTrue(notes.endswith(f"which are left out: {left_out}\n"), notes)
                has_sound = bool(probe(out, "stream=index", "a").get("streams"))
                self.assertEqual(has_sound, "sound" not in left_out)
                if has_sound:
                    self.assertEqual(copied_packets(out, "a"), copied_packets(clip, "a"))

    def test_sound_in_other_containers(self):
        clip = self.moving("clip.mp4", *H264, "-c:a", "aac", inputs=SOUND)
        packets = copied_packets(clip, "a")
        for name in ("out.mkv", "out.mov", "out.m4v"):
            with self.subTest(name=name):
                out, notes = self.reconstruct(clip, name)
                self.assertEqual(notes, "")
                np.testing.assert_allclose(times(out), times(clip), atol=0.0006)
                if name != "out.mkv":
                    self.assertEqual(copied_packets(out, "a"), packets)
                sound = probe(out, "stream=codec_name", "a")["streams"]
                self.assertEqual(sound[0]["codec_name"], "aac")


class Names(FilesTest):
    def test_any_name_is_a_file(self):
        clip = self.moving("clip.mp4", seconds=0.2)
        names = [b"a b.mp4", b"%03d.mp4", b"a:b.mp4", b"http:x.mp4", b"concat:a|b.mp4", b"q?x#y&.mp4",
                 b"new\nline.mp4", b"b\xff\xfe.mp4", "é 漢.mp4".encode(), b"n" * 251 + b".mp4",
                 b"[1].mp4", b"'\".mp4", b"-x.mp4"]
        (self.folder / "in").mkdir()
        (self.folder / "out").mkdir()
        for name in names:
            with self.subTest(name=name):
                source = os.fsencode(self.folder / "in") + b"/" + name
                target = os.fsencode(self.folder / "out") + b"/" + name
                with open(source, "wb") as stream:
                    stream.write(clip.read_bytes())
                result = subprocess.run(
                    [Settings.program, "video", source, "-o", target, "--models", Settings.bundle],
                    capture_output=True, timeout=600, check=False)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(len(times(os.fsdecode(target))), 5)
        self.assertEqual(sorted(os.listdir(os.fsencode(self.folder / "out"))), sorted(names))

    def test_a_symbolic_link_is_followed(self):
        clip = self.moving("clip.mp4", seconds=0.2)
        (self.folder / "deep").mkdir()
        real = self.folder / "deep" / "real.mp4"
        real.write_text("old")
        link = self.folder / "link.mp4"
        link.symlink_to("deep/real.mp4")
        self.reconstruct(clip, "link.mp4")
        self.assertTrue(link.is_symlink())
        self.assertEqual(len(times(real)), 5)

    def test_the_input_is_never_overwritten(self):
        clip = self.moving("clip.mp4", seconds=0.2)
        content = clip.read_bytes()
        (self.folder / "soft.mp4").symlink_to("clip.mp4")
        (self.folder / "hard.mp4").hardlink_to(clip)
        for name in ("soft.mp4", "hard.mp4", "clip.mp4"):
            result = video(clip, "-o", self.folder / name)
            self.assert_exit(result, 2)
            self.assertIn("would be overwritten", result.stderr)
        self.assertEqual(clip.read_bytes(), content)

    def test_no_other_file_is_opened(self):
        self.moving("clip.mp4", seconds=0.2)
        for text in ("ffconcat version 1.0\nfile clip.mp4\n",
                     "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nclip.mp4\n#EXT-X-ENDLIST\n"):
            listing = self.folder / "list.mp4"
            listing.write_text(text)
            result = video(listing, "-o", self.folder / "out.mp4")
            self.assert_exit(result, 1)
            self.assertIn("list.mp4: cannot be read as a video", result.stderr)
        self.assertEqual(self.files(self.folder), ["clip.mp4", "list.mp4"])


class Damage(FilesTest):
    def test_what_comes_before_the_cut_is_whole(self):
        codecs = {"clip.mp4": [*H264, "-bf", "3", "-c:a", "aac", "-movflags", "faststart"],
                  "clip.mkv": [*H264, "-bf", "3", "-c:a", "aac"],
                  "clip.webm": ["-c:v", "libvpx", "-b:v", "2M", "-c:a", "libopus"],
                  "clip.avi": ["-c:v", "mjpeg", "-c:a", "pcm_s16le"]}
        for name, options in codecs.items():
            with self.subTest(name=name):
                clip = self.moving(name, *options, inputs=SOUND)
                whole = pictures(clip, 20)
                content = clip.read_bytes()
                clip.write_bytes(content[:len(content) * 6 // 10])
                out, notes = self.reconstruct(clip, "out" + clip.suffix)
                frames = self.counted[0]
                self.assertGreater(frames, 20)
                self.assertLess(frames, 50)
                self.assertRegex(notes, f"clip.*: is cut off: ends after {frames} of 5[01] frames")
                self.assertEqual(len(times(out)), frames)
                for before, after in zip(whole, pictures(out, 20)):
                    self.assert_near(after, before, 3.0)
                self.assertTrue(copied_packets(out, "a"))

    def test_a_hole_in_the_middle(self):
        clip = self.moving("clip.avi", "-c:v", "mjpeg", "-huffman", "default")
        content = bytearray(clip.read_bytes())
        middle = [m.start() for m in re.finditer(b"00dc", content)][20]
        length = struct.unpack_from("<I", content, middle + 4)[0]
        content[middle + 8:middle + 8 + length] = bytes(length)
        clip.write_bytes(content)
        out, notes = self.reconstruct(clip, "out.avi")
        self.assertEqual(self.counted[0], 49)
        self.assertIn("1 damaged frames are left out", notes)
        self.assertEqual(len(times(out)), 49)

    def test_a_video_without_an_index(self):
        clip = self.moving("clip.mp4")
        content = clip.read_bytes()
        clip.write_bytes(content[:len(content) * 6 // 10])
        result = video(clip, "-o", self.folder / "out.mp4")
        self.assert_exit(result, 1)
        self.assertIn("clip.mp4: cannot be read as a video", result.stderr)
        self.assertEqual(self.files(self.folder), ["clip.mp4"])


class Interruption(FilesTest):
    def test_the_sound_ends_with_the_last_picture(self):
        clip = self.clip("clip.mkv", *H264, "-c:a", "pcm_s16le", frames=100,
                         inputs=("-f", "lavfi", "-i", "sine=frequency=300:duration=10"))
        out = self.folder / "out.mkv"
        process = subprocess.Popen(
            [Settings.program, "video", str(clip), "-o", str(out), "--models", Settings.bundle,
             "--threads", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 120
        while len(self.files(self.folder)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130)
        pictures_end = times(out)[-1] + 0.1
        self.assertLess(pictures_end, 10)
        sound = probe(out, "packet=pts_time,duration_time", "a")["packets"][-1]
        sound_end = float(sound["pts_time"]) + float(sound["duration_time"])
        self.assertAlmostEqual(sound_end, pictures_end, delta=0.1)


class Marks(FilesTest):
    def test_each_kind_of_file_is_marked(self):
        clip = self.clip("clip.mp4")
        for name in ("out.mp4", "out.m4v", "out.mov", "out.mkv", "out.webm", "out.avi"):
            with self.subTest(name=name):
                out, _ = self.reconstruct(clip, name)
                self.assertEqual(self.counted, (FRAMES, FRAMES))
                beside = pathlib.Path(f"{out}.xmp")
                self.assertEqual(beside.exists(), name[-3:] in ("mkv", "ebm", "avi"))
                tags = metadata(beside if beside.exists() else out)
                self.assertEqual(tags["XMP-iptcExt:DigitalSourceType"], DIGITAL_SOURCE_TYPE)

    def test_a_mark_of_the_input_is_kept(self):
        clip = self.clip("clip.mp4")
        inside, _ = self.reconstruct(clip, "inside.mp4")
        beside, _ = self.reconstruct(clip, "beside.mkv")
        for marked in (inside, beside):
            for name in ("out.mp4", "out.webm"):
                with self.subTest(marked=marked.name, name=name):
                    out, _ = self.reconstruct(marked, name, *NO_FACES)
                    self.assertEqual(self.counted, (FRAMES, 0))
                    mark = out if name == "out.mp4" else pathlib.Path(f"{out}.xmp")
                    self.assertEqual(metadata(mark)["XMP-iptcExt:DigitalSourceType"],
                                     DIGITAL_SOURCE_TYPE)
        out, _ = self.reconstruct(clip, "out.mp4", *NO_FACES)
        self.assertNotIn("XMP-iptcExt:DigitalSourceType", metadata(out))


if __name__ == "__main__":
    run_tests()
