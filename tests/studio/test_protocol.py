#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Attacks the studio, and checks what it answers to a page.

    test_protocol.py PROGRAM BUNDLE PRIOR_BUNDLE SHAPE_BUNDLE PHOTO PERSON WORK [CASE...]

The bundles are small and paint the face of PHOTO: BUNDLE has neither a prior inpainter nor a shape
model, PRIOR_BUNDLE the one, SHAPE_BUNDLE the other. PERSON is a JPEG file with a masked face for the
default models, which DEMASK_MODELS names. The Python package of demask must be on the path.
"""

import contextlib
import io
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import unittest
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

import demask
from studio_test import PATIENCE, TOKEN_HEADER, Page, Studio, StudioTest

MEBIBYTE = 1 << 20


def png_of(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def pixels_of(content):
    return np.asarray(Image.open(io.BytesIO(content)))


def mask_of(region):
    """The pixels of a region's rectangle, from its runs."""
    runs = region["runs"]
    values = np.arange(len(runs)) % 2
    return np.repeat(values, runs).reshape(region["height"], region["width"]).astype(bool)


class AccessTest(StudioTest):
    """Only the page that the studio serves itself is answered."""

    def both(self, headers):
        for method, path in [("GET", "/"), ("POST", "/api/sessions")]:
            yield self.studio.request(method, path, headers=headers)

    def test_other_hosts_are_refused(self):
        port = self.studio.port
        for host in [f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", "",
                     f"127.0.0.1.evil.example:{port}", f"[::1]:{port}", None]:
            for answer in self.both({"Host": host}):
                self.check_refused(answer, 403, "forbidden")

    def test_two_hosts_are_refused(self):
        with self.studio.connect() as connection:
            host = f"Host: 127.0.0.1:{self.studio.port}\r\n"
            connection.sendall(f"GET / HTTP/1.1\r\n{host}{host}\r\n".encode())
            self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 403"))

    def test_localhost_is_a_name_of_this_host(self):
        answer = self.studio.request("GET", "/", headers={"Host": f"localhost:{self.studio.port}"})
        self.assertEqual(answer[0], 200)

    def test_other_origins_are_refused(self):
        port = self.studio.port
        for origin in ["http://evil.example", "null", f"https://127.0.0.1:{port}",
                       f"http://127.0.0.1:{port + 1}", f"http://localhost:{port}"]:
            for answer in self.both({"Origin": origin}):
                self.check_refused(answer, 403, "forbidden")
        answer = self.studio.request("GET", "/", headers={"Origin": f"http://127.0.0.1:{port}"})
        self.assertEqual(answer[0], 200)

    def test_requests_of_other_sites_are_refused(self):
        for site in ["cross-site", "same-site"]:
            for answer in self.both({"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}):
                self.check_refused(answer, 403, "forbidden")
        # Only a link in another program may open the page.
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        self.assertEqual(self.studio.request("GET", "/", headers=headers)[0], 200)
        self.assertEqual(self.studio.request("GET", "/api/mark", headers=headers)[0], 403)

    def test_nothing_but_the_page_is_served_without_the_token(self):
        paths = ["/api/mark", "/api/sessions/" + 32 * "0" + "/events", "/api/nothing"]
        for token in [None, "", 32 * "0", self.studio.token[:-1], self.studio.token + "0",
                      self.studio.token.upper() if self.studio.token.upper() != self.studio.token
                      else "x"]:
            for path in paths:
                answer = self.studio.request("GET", path, headers={TOKEN_HEADER: token})
                self.check_refused(answer, 401, "no_token")
        cookie = {TOKEN_HEADER: None, "Cookie": f"token={self.studio.token}"}
        self.check_refused(self.studio.request("GET", "/api/mark", headers=cookie), 401, "no_token")
        query = f"/api/mark?token={self.studio.token}"
        self.check_refused(self.studio.request("GET", query, headers={TOKEN_HEADER: None}), 401,
                           "no_token")
        self.assertEqual(self.studio.request("GET", "/", headers={TOKEN_HEADER: None})[0], 200)

    def test_every_answer_has_the_headers_of_a_safe_page(self):
        for method, path in [("GET", "/"), ("GET", "/app.js"), ("GET", "/nothing"),
                             ("POST", "/api/sessions/x"), ("GET", "/api/mark"), ("PUT", "/")]:
            headers = self.studio.request(method, path, b"" if method == "PUT" else None)[1]
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertNotIn("http", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertIsNone(headers["Access-Control-Allow-Origin"])

    def test_the_page_names_no_other_host(self):
        page = self.studio.request("GET", "/")[2].decode()
        for path in ["/", "/style.css", "/icon.svg", "/app.js", "/api.js", "/stage.js"]:
            content = self.studio.request("GET", path)[2].decode()
            self.assertNotIn("https://", content)
            self.assertNotIn("http://", content.replace("http://www.w3.org/2000/svg", ""))
        self.assertNotIn("style=", page)
        self.assertNotIn("onclick", page)

    def test_no_path_leads_to_the_disk(self):
        folder = self.studio.folder
        (folder / "secret.txt").write_text("secret")
        for path in ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//etc/passwd",
                     "/./../../../../etc/passwd", "/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                     "/etc/passwd", "/secret.txt", str(folder / "secret.txt"),
                     "/api/../../../etc/passwd", "/..\\..\\etc\\passwd", "/app.js/../secret.txt",
                     "/%00/etc/passwd", "/index.html%00", "/api/sessions/../../etc/passwd/events",
                     "http://127.0.0.1/etc/passwd", "file:///etc/passwd"]:
            status, _, content = self.studio.request("GET", path)
            self.assertIn(status, (400, 404), path)
            self.assertNotIn(b"root:", content)
            self.assertNotIn(b'"secret"', content)
        (folder / "secret.txt").unlink()

    def test_the_port_is_open_on_the_loopback_address_only(self):
        listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
                     if line.split()[3] == "0A"]
        here = [address for address in listening
                if int(address.split(":")[1], 16) == self.studio.port]
        self.assertEqual([address.split(":")[0] for address in here], ["0100007F"])


class LimitsTest(StudioTest):
    """No client can take more than its share."""

    def test_bodies_that_are_too_large_are_refused_unread(self):
        page = self.page()
        for path, size in [(f"{page.path}/photos?name=a.png", 200 * MEBIBYTE),
                           (f"{page.path}/photos/1/jobs", 9 * MEBIBYTE)]:
            with self.studio.connect() as connection:
                connection.sendall(
                    f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.studio.port}\r\n"
                    f"{TOKEN_HEADER}: {self.studio.token}\r\n"
                    f"Content-Length: {size}\r\n\r\n".encode())
                block = bytes(MEBIBYTE)
                try:
                    for _ in range(size // MEBIBYTE):
                        connection.sendall(block)
                except OSError:
                    pass  # The studio closed the connection.
                self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 413"))
        self.check_alive()

    def test_memory_is_limited(self):
        page = self.page()
        head = (f"POST {page.path}/photos?name=a.png HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{self.studio.port}\r\n{TOKEN_HEADER}: {self.studio.token}\r\n"
                f"Content-Length: {128 * MEBIBYTE}\r\n\r\n").encode()
        # 24 such files fill the 3 GiB that are left beside the decoded photos.
        with contextlib.ExitStack() as stack:
            uploads = [stack.enter_context(self.studio.connect()) for _ in range(28)]
            for upload in uploads:
                upload.sendall(head)
            refused, _, _ = select.select(uploads, [], [], PATIENCE)
            answer = refused[0].recv(1000)
            self.assertTrue(answer.startswith(b"HTTP/1.1 507"), answer)
        path = f"{page.path}/photos?name=a.png"
        while self.studio.request("POST", path, png_of(Image.new("RGB", (8, 8))))[0] == 507:
            pass  # It has not noticed yet that the clients are gone.
        self.check_alive()

    def test_bodies_of_unknown_size_are_refused(self):
        page = self.page()
        path = f"{page.path}/photos?name=a.png"
        answer = self.studio.request("POST", path, b"0\r\n\r\n",
                                     {"Transfer-Encoding": "chunked", "Content-Length": None})
        self.check_refused(answer, 411, "length_required")
        for length in ["-1", "1e3", "99999999999999999999999", "0x10", ""]:
            answer = self.studio.request("POST", path, b"", {"Content-Length": length})
            self.assertIn(answer[0], (400, 411), length)

    def test_compressed_bodies_are_refused(self):
        page = self.page()
        bomb = zlib.compress(bytes(64 * MEBIBYTE), 9)
        answer = self.studio.request("POST", f"{page.path}/photos?name=a.png", bomb,
                                     {"Content-Encoding": "deflate"})
        self.check_refused(answer, 415, "unsupported_encoding")

    def test_ranges_that_would_repeat_an_answer_are_ignored(self):
        whole = self.studio.request("GET", "/stage.js")
        ranges = "bytes=" + ",".join(["0-"] * 2000)
        answer = self.studio.request("GET", "/stage.js", None, {"Range": ranges})
        self.assertEqual((answer[0], answer[2]), (200, whole[2]))

    def test_slow_clients_are_cut_off_and_hold_nobody_up(self):
        page = self.page()
        head = (f"POST {page.path}/photos?name=a.png HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{self.studio.port}\r\n{TOKEN_HEADER}: {self.studio.token}\r\n"
                "Content-Length: 1000000\r\n\r\n").encode()
        ended = []

        def trickle(text):
            """Sends a byte at a time until the studio has had enough."""
            with self.studio.connect() as connection:
                connection.settimeout(0.5)
                for i in range(len(text)):
                    try:
                        connection.sendall(text[i:i + 1])
                        if connection.recv(1) == b"":
                            break
                    except TimeoutError:
                        continue
                    except OSError:
                        break
                    break  # It answered.
                else:
                    return
                ended.append(True)

        def dawdle():
            with self.studio.connect() as connection:
                connection.sendall(head)
                ended.append(connection.recv(1) in (b"", b"H"))

        clients = [threading.Thread(target=trickle, args=(b"GET / HTTP/1.1\r\nX: " + 4000 * b"x",))
                   for _ in range(40)] + [threading.Thread(target=dawdle) for _ in range(4)]
        for client in clients:
            client.start()
        self.check_alive()
        for client in clients:
            client.join()
        self.assertEqual(ended, [True] * len(clients))
        self.check_alive()

    def test_a_thousand_requests_side_by_side(self):
        expected = self.studio.request("GET", "/app.js")[2]
        most = []
        with ThreadPoolExecutor(1000) as pool:
            answers = [pool.submit(self.studio.request, "GET", "/app.js") for _ in range(1000)]
            while not all(answer.done() for answer in answers):
                most.append(len(self.studio.open_files()))
        self.assertEqual({answer.result()[0] for answer in answers}, {200})
        self.assertEqual({answer.result()[2] for answer in answers}, {expected})
        # 32 connections that are handled, as many that wait, and the files of the models.
        self.assertLess(max(most, default=0), 200)
        self.check_alive()

    def test_pages_and_streams_are_limited(self):
        pages = [Page(self.studio) for _ in range(8)]
        try:
            answer = self.studio.request("POST", "/api/sessions")
            self.check_refused(answer, 429, "too_many_sessions")
            events = f"{pages[0].path}/events"
            with self.studio.connect() as second:
                second.sendall(f"GET {events} HTTP/1.1\r\nHost: 127.0.0.1:{self.studio.port}\r\n"
                               f"{TOKEN_HEADER}: {self.studio.token}\r\n\r\n".encode())
                self.assertTrue(second.recv(100).startswith(b"HTTP/1.1 200"))
                pages[0].wait_for_stream()
                answer = self.studio.request("GET", events)
                self.check_refused(answer, 429, "too_many_streams")
        finally:
            for page in pages:
                page.end()

    def test_a_session_ends_when_its_page_is_gone(self):
        page = Page(self.studio)
        photo = page.add(png_of(Image.new("RGB", (64, 64), "gray")))
        picture = f"{page.path}/photos/{photo['id']}/picture"
        self.assertEqual(self.studio.request("GET", picture)[0], 200)
        page.leave()
        while self.studio.request("GET", picture)[0] == 200:
            pass
        self.check_refused(self.studio.request("GET", picture), 404, "session_gone")

    def test_a_session_that_is_ended_is_gone(self):
        page = Page(self.studio)
        photo = page.add(png_of(Image.new("RGB", (64, 64), "gray")))
        page.end()
        self.check_refused(self.studio.request("GET", f"{page.path}/photos/{photo['id']}/picture"),
                           404, "session_gone")


class InputTest(StudioTest):
    """Malformed requests are answered with what is wrong."""

    def upload(self, page, content, name="photo.png"):
        return self.studio.request("POST", f"{page.path}/photos?name={name}", content)

    def test_malformed_photos(self):
        page = self.page()
        whole = png_of(Image.effect_noise((80, 60), 50))
        header = struct.pack(">IIBBBBB", 100000, 100000, 8, 2, 0, 0, 0)
        huge = (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header +
                struct.pack(">I", zlib.crc32(b"IHDR" + header)) + whole[33:])
        for content in [b"", b"x", b"<svg/>", whole[:100], whole[:20],
                        b"\xff\xd8\xff" + bytes(50), whole[8:]]:
            self.check_refused(self.upload(page, content), 415, "unreadable_file")
        self.check_refused(self.upload(page, b"GIF89a" + bytes(100)), 415, "unsupported_format")
        self.check_refused(self.upload(page, huge), 413, "image_too_large")
        self.assertEqual(self.upload(page, whole)[0], 201)

    def test_names_cannot_leave_their_place(self):
        page = self.page()
        content = png_of(Image.new("RGB", (40, 40), "gray"))
        for name, expected in [("..%2F..%2Fetc%2Fpasswd.png", "passwd.png"),
                               ("%2Fetc%2Fa.png", "a.png"), ("..", "photo.."),
                               ("a%0D%0AX-Evil:%201.png", "aX-Evil: 1.png"), ("", "photo"),
                               ("C:%5Cx%5Cy.png", "y.png"), ("%3Cb%3E.png", "<b>.png"),
                               (300 * "n" + ".png", 196 * "n" + ".png")]:
            photo = page.add(content, name)
            self.assertEqual(photo["name"], expected)
            headers, _ = page.save(photo["id"], [])
            self.assertNotIn("X-Evil", headers)
            self.assertNotIn("/", headers["Content-Disposition"].split("''")[1])

    def test_malformed_json(self):
        page = self.page()
        photo = page.add(png_of(Image.new("RGB", (40, 30), "gray")))["id"]
        page.paint(photo)
        path = f"{page.path}/photos/{photo}/jobs"
        whole = {"x": 0, "y": 0, "width": 40, "height": 30, "runs": [1200]}
        bad_masks = [1, [], {}, {**whole, "runs": [1199]}, {**whole, "runs": [1201]},
                     {**whole, "runs": [-1, 1201]}, {**whole, "runs": "x"}, {**whole, "x": 1},
                     {**whole, "width": 1 << 40}, {**whole, "height": 0}, {**whole, "y": -1},
                     {**whole, "x": 0.5}, {**whole, "runs": [600, 1e300, 600]}]
        point = [[1, 2]]
        bad_landmarks = [1, {}, point * 67, point * 67 + [[1]], point * 67 + [["a", 1]],
                         point * 67 + [[1e9, 1]], point * 67 + [[None, 1]]]
        edits = ([{"mask": mask} for mask in bad_masks] +
                 [{"landmarks": points} for points in bad_landmarks] +
                 [{"gender": "x"}, {"gender": 1}, {"quality": "x"}, {"blend": []},
                  {"dilation": 0.26}, {"dilation": -1}, {"dilation": "x"}, {"expression": "x"},
                  {"expression": 1}, {"variant": 16}, {"variant": -1}, {"variant": 1.5},
                  {"variant": "x"}, {"variant": 1 << 70}, {"reference": 0}, {"reference": -1},
                  {"reference": "x"}, {"reference": 1.5}, {"reference": []},
                  {"reference": 1 << 40}])
        bodies = ([{"edit": edit} for edit in edits] +
                  [{"edit": []}, {"edit": 1}, {"face": -1}, {"face": "x"}, {"face": 1.5},
                   {"face": []}, {"tag": -1}, {"tag": "x"}, {"edit": {"mask": whole}},
                   {"edit": {"reference": photo}}])
        texts = [b"", b"{", b"[]", b"1", b"\xff\xfe", b"[" * 100000, b'{"a":' * 100000,
                 b'{"face": 1e999}', b"\0"]
        for body in texts + bodies:
            answer = self.studio.request("POST", path, body)
            self.assertEqual(answer[0], 400, body)
            self.check_refused(answer, 400, "invalid_request")
        self.check_refused(self.studio.request("POST", path, {"face": 99}), 404, "not_found")
        path = f"{page.path}/photos/{photo}/file"
        for body in [{"versions": ["x"]}, {"versions": [[]]}]:
            self.check_refused(self.studio.request("POST", path, body), 400, "invalid_request")
        for version in [99, -1]:
            self.check_refused(self.studio.request("POST", path, {"versions": [version]}), 409,
                               "version_gone")

    def test_unknown_things(self):
        page = self.page()
        for path in ["/photos/1/picture", "/photos/999999999/picture", "/photos/x/picture",
                     "/photos/1/versions/1", "/photos/-1/picture", "/nothing"]:
            self.assertEqual(self.studio.request("GET", page.path + path)[0], 404)
        other = Page(self.studio)
        photo = other.add(png_of(Image.new("RGB", (40, 40), "gray")))["id"]
        # The photos of a session belong to no other.
        self.assertEqual(
            self.studio.request("GET", f"{page.path}/photos/{photo}/picture")[0], 404)
        other.end()

    def test_random_requests(self):
        random = np.random.default_rng(1)
        for _ in range(200):
            with self.studio.connect() as connection:
                length = int(random.integers(1, 2000))
                text = random.bytes(length)
                if random.random() < 0.5:
                    text = b"GET / HTTP/1.1\r\nHost: " + text
                connection.sendall(text + b"\r\n\r\n")
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1000)
        self.check_alive()


class PaintTest(StudioTest):
    """What is saved is what the library gives."""

    photo = None

    def setUp(self):
        self.source = Path(self.photo).read_bytes()
        self.pixels = pixels_of(self.source)
        self.reconstructor = demask.Reconstructor(self.models)

    def expected(self, **options):
        options = demask.ReconstructOptions(**options)
        return np.asarray(self.reconstructor.reconstruct(self.pixels, options).photo)

    def saved(self, page, photo, versions):
        return pixels_of(page.save(photo, versions)[1])

    def test_the_first_search_equals_a_plain_call(self):
        page = self.page()
        photo = page.add(self.source)["id"]
        faces = page.paint(photo)
        self.assertEqual([face["status"] for face in faces], ["reconstructed"])
        np.testing.assert_array_equal(self.saved(page, photo, [faces[0]["version"]]),
                                      self.expected())

    def test_choices_equal_the_librarys_options(self):
        page = self.page()
        photo = page.add(self.source)["id"]
        face = page.paint(photo)[0]
        points = [[x + 1.5, y - 0.75] for x, y in face["landmarks"]]
        found = demask.Landmarks(points=points)
        region = face["region"]
        given = np.zeros(self.pixels.shape[:2], np.uint8)
        given[region["y"]:region["y"] + region["height"],
              region["x"]:region["x"] + region["width"]] = 255 * mask_of(region)
        own = demask.Landmarks(points=face["landmarks"])
        cases = [({"gender": "male"}, {"gender": demask.Gender.MALE, "landmarks": [own]}),
                 ({"gender": "female", "blend": "poisson"},
                  {"gender": demask.Gender.FEMALE, "blend": demask.BlendMode.POISSON,
                   "landmarks": [own]}),
                 ({"dilation": 0.1, "blend": "none"},
                  {"mask_dilation": 0.1, "blend": demask.BlendMode.NONE, "landmarks": [own]}),
                 ({"landmarks": points}, {"landmarks": [found]}),
                 ({"mask": region, "dilation": 0},
                  {"mask": given, "mask_dilation": 0.0, "landmarks": [own]})]
        for edit, options in cases:
            painted = page.paint(photo, 0, edit)[0]
            self.assertEqual(painted["status"], "reconstructed", edit)
            np.testing.assert_array_equal(self.saved(page, photo, [painted["version"]]),
                                          self.expected(**options), str(edit))

    def test_a_version_covers_its_region_and_nothing_else(self):
        page = self.page()
        photo = page.add(self.source)["id"]
        face = page.paint(photo)[0]
        painted = pixels_of(self.studio.request(
            "GET", f"{page.path}/photos/{photo}/versions/{face['version']}")[2])
        region = face["region"]
        covered = mask_of(region)
        np.testing.assert_array_equal(painted[..., 3], 255 * covered)
        whole = self.pixels.copy()
        part = whole[region["y"]:region["y"] + region["height"],
                     region["x"]:region["x"] + region["width"]]
        part[covered] = painted[..., :3][covered]
        np.testing.assert_array_equal(self.saved(page, photo, [face["version"]]), whole)
        np.testing.assert_array_equal(
            pixels_of(self.studio.request("GET", f"{page.path}/photos/{photo}/picture")[2]),
            self.pixels)

    def test_a_photo_without_painted_faces_is_saved_byte_for_byte(self):
        page = self.page()
        photo = page.add(self.source, "a.png")["id"]
        page.paint(photo)
        headers, content = page.save(photo, [])
        self.assertEqual(content, self.source)
        self.assertIn("''a.png", headers["Content-Disposition"])

    def test_format_and_metadata_are_kept(self):
        page = self.page()
        exif = Image.Exif()
        exif[0x013B] = "The Photographer"
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        for suffix, kind in [(".jpg", "JPEG"), (".webp", "WEBP"), (".tif", "TIFF"),
                             (".png", "PNG")]:
            file = io.BytesIO()
            Image.fromarray(self.pixels).save(file, kind, exif=exif, icc_profile=profile,
                                              quality=95)
            photo = page.add(file.getvalue(), f"holiday{suffix}")["id"]
            face = page.paint(photo)[0]
            self.assertEqual(face["status"], "reconstructed", kind)
            headers, content = page.save(photo, [face["version"]])
            self.assertIn(f"''holiday_unmasked{suffix}", headers["Content-Disposition"])
            image = Image.open(io.BytesIO(content))
            self.assertEqual(image.format, kind)
            self.assertEqual(image.getexif()[0x013B], "The Photographer", kind)
            self.assertEqual(image.info["icc_profile"], profile, kind)
            self.assertIsNone(headers["X-Demask-Mark"])
            target = self.studio.folder / f"saved{suffix}"
            target.write_bytes(content)
            self.assertTrue(demask.is_marked_as_synthetic(target), kind)
            target.unlink()

    def test_a_format_without_metadata_gets_the_mark_beside_it(self):
        page = self.page()
        file = io.BytesIO()
        Image.fromarray(self.pixels).save(file, "BMP")
        photo = page.add(file.getvalue(), "old.bmp")["id"]
        face = page.paint(photo)[0]
        headers, _ = page.save(photo, [face["version"]])
        self.assertEqual(headers["X-Demask-Mark"], "beside")
        self.assertIn(b"compositeWithTrainedAlgorithmicMedia",
                      self.studio.request("GET", "/api/mark")[2])

    def test_nothing_is_written_to_disk(self):
        page = self.page()
        photo = page.add(self.source)["id"]
        face = page.paint(photo)[0]
        page.save(photo, [face["version"]])
        self.assertEqual(list(self.studio.folder.iterdir()), [])
        for file in self.studio.open_files():
            self.assertFalse(file.startswith(str(self.studio.folder)) or "memfd" in file, file)

    def test_old_versions_are_dropped(self):
        page = self.page()
        photo = page.add(self.source)["id"]
        first = page.paint(photo)[0]["version"]
        for i in range(12):
            latest = page.paint(photo, 0, {"dilation": 0.001 * i})[0]["version"]
        path = f"{page.path}/photos/{photo}/file"
        self.check_refused(self.studio.request("POST", path, {"versions": [first]}), 409,
                           "version_gone")
        self.assertEqual(self.studio.request("POST", path, {"versions": [latest]})[0], 200)


class QualityTest(StudioTest):
    """A bundle with a prior inpainter offers several qualities."""

    photo = None

    def test_qualities_equal_the_librarys(self):
        source = Path(self.photo).read_bytes()
        page = self.page()
        self.assertTrue(page.about["has_qualities"])
        photo = page.add(source)["id"]
        landmarks = demask.Landmarks(points=page.paint(photo)[0]["landmarks"])
        reconstructor = demask.Reconstructor(self.models)
        pictures = []
        for name in ["fast", "fine", "best"]:
            face = page.paint(photo, 0, {"quality": name})[0]
            self.assertEqual(face["quality"], name)
            options = demask.ReconstructOptions(quality=demask.Quality[name.upper()],
                                                landmarks=[landmarks])
            expected = np.asarray(reconstructor.reconstruct(pixels_of(source), options).photo)
            pictures.append(pixels_of(page.save(photo, [face["version"]])[1]))
            np.testing.assert_array_equal(pictures[-1], expected, name)
        self.assertTrue((pictures[0] != pictures[1]).any())

    def test_a_bundle_without_one_offers_none(self):
        studio = Studio(self.program, PaintTest.models, Path(self.work) / "without_prior")
        self.addCleanup(studio.end)
        page = Page(studio)
        self.assertFalse(page.about["has_qualities"])
        page.end()


class VariantTest(StudioTest):
    """A bundle with a shape model offers several faces and expressions."""

    photo = None

    def test_variants_equal_the_librarys(self):
        source = Path(self.photo).read_bytes()
        page = self.page()
        self.assertTrue(page.about["has_variants"])
        photo = page.add(source)["id"]
        found = page.paint(photo)[0]
        reconstructor = demask.Reconstructor(self.models)
        # With their confidences, which shapes depend on.
        landmarks = [reconstructor.reconstruct(pixels_of(source)).faces[0].landmarks]
        pictures = []
        for variant, expression in [(0, "as_found"), (1, "as_found"), (3, "as_found"), (0, "smile"),
                                    (15, "smile")]:
            face = page.paint(photo, 0, {"variant": variant, "expression": expression})[0]
            # Later calls start from what was found, not from the landmarks of a variant.
            self.assertEqual(face["landmarks"], found["landmarks"])
            result = reconstructor.reconstruct(pixels_of(source), demask.ReconstructOptions(
                landmarks=landmarks, variants=variant + 1,
                expression=demask.Expression[expression.upper()]))
            expected = result.variant_photos[variant] if variant else result.photo
            pictures.append(pixels_of(page.save(photo, [face["version"]])[1]))
            np.testing.assert_array_equal(pictures[-1], np.asarray(expected),
                                          f"{variant} {expression}")
        self.assertEqual(len({picture.tobytes() for picture in pictures}), len(pictures))

    def test_a_bundle_without_one_offers_none(self):
        studio = Studio(self.program, PaintTest.models, Path(self.work) / "without_shapes")
        self.addCleanup(studio.end)
        page = Page(studio)
        self.assertFalse(page.about["has_variants"])
        photo = page.add(Path(self.photo).read_bytes())["id"]
        page.paint(photo)
        event = page.wait(page.start(photo, 0, {"variant": 1}))
        self.assertEqual(event["type"], "failed")
        self.assertIn("shape_model", event["message"])
        page.end()


class ReferenceTest(StudioTest):
    """Another photo of a person gives a face its likeness."""

    person = None

    def setUp(self):
        self.source = png_of(Image.open(self.person))  # Whose saved pixels can be compared.
        self.opened = self.page()
        self.photo = self.opened.add(self.source)["id"]
        self.face = self.opened.paint(self.photo)[0]

    def bare(self):
        """A photo of the same person without a mask: the painted one."""
        return self.opened.save(self.photo, [self.face["version"]])[1]

    def gray(self):
        """A photo without a face."""
        return png_of(Image.new("RGB", (200, 150), "gray"))

    def paint_with(self, content):
        reference = self.opened.add(content)["id"]
        return self.opened.paint(self.photo, 0, {"reference": reference})[0]

    def saved(self, face):
        return pixels_of(self.opened.save(self.photo, [face["version"]])[1])

    def test_it_is_used_as_the_library_does(self):
        self.assertEqual((self.face["reference"], self.face["reference_reason"]), ("none", ""))
        reconstructor = demask.Reconstructor(self.models)
        # With their confidences, which shapes depend on.
        found = reconstructor.reconstruct(pixels_of(self.source)).faces[0].landmarks
        own = self.opened.paint(self.photo, 0)[0]
        pictures = {}
        for name, content, use in [("bare", self.bare(), "pixels"),
                                   ("gray", self.gray(), "refused"),
                                   ("masked", self.source, "refused")]:
            face = self.paint_with(content)
            result = reconstructor.reconstruct(pixels_of(self.source), demask.ReconstructOptions(
                landmarks=[found], references=[demask.ReferencePhoto(pixels_of(content))]))
            self.assertEqual(face["reference"], use, name)
            self.assertEqual((face["reference"], face["reference_reason"]),
                             (result.faces[0].reference.name.lower(),
                              result.faces[0].reference_reason))
            pictures[name] = self.saved(face)
            np.testing.assert_array_equal(pictures[name], np.asarray(result.photo), name)
        np.testing.assert_array_equal(pictures["gray"], self.saved(own))
        self.assertTrue((pictures["bare"] != pictures["gray"]).any())

    def test_why_nothing_is_used_is_said(self):
        face = self.paint_with(self.gray())
        self.assertEqual((face["status"], face["reference"]), ("reconstructed", "refused"))
        self.assertIn("no face", face["reference_reason"])
        self.assertIn("wears a mask", self.paint_with(self.source)["reference_reason"])

    def test_it_is_of_one_job_only(self):
        self.paint_with(self.bare())
        self.assertEqual(self.opened.paint(self.photo, 0)[0]["reference"], "none")

    def test_one_that_is_no_photo_is_refused(self):
        path = f"{self.opened.path}/photos?name=reference.png"
        self.check_refused(self.studio.request("POST", path, b"no photo"), 415, "unreadable_file")
        header = struct.pack(">IIBBBBB", 100000, 100000, 8, 2, 0, 0, 0)
        small = self.gray()
        huge = (small[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + small[33:])
        self.check_refused(self.studio.request("POST", path, huge), 413, "image_too_large")

    def test_one_that_the_session_does_not_hold(self):
        other = self.page()
        foreign = [other.add(self.gray())["id"] for _ in range(3)][-1]
        removed = self.opened.add(self.gray())["id"]
        self.studio.json("DELETE", f"{self.opened.path}/photos/{removed}")
        for reference in [foreign, removed, 999]:
            answer = self.studio.request("POST", f"{self.opened.path}/photos/{self.photo}/jobs",
                                         {"face": 0, "edit": {"reference": reference}})
            self.check_refused(answer, 404, "not_found")

    def test_removing_it_cancels_the_jobs_that_use_it(self):
        reference = self.opened.add(self.bare())["id"]
        others = [self.opened.add(self.source)["id"] for _ in range(2)]
        before = [self.opened.start(photo) for photo in others]
        job = self.opened.start(self.photo, 0, {"reference": reference})
        self.studio.json("DELETE", f"{self.opened.path}/photos/{reference}")
        self.assertEqual(self.opened.wait(job)["type"], "cancelled")
        self.assertEqual({self.opened.wait(one)["type"] for one in before}, {"done"})
        self.assertEqual(self.opened.paint(self.photo, 0)[0]["status"], "reconstructed")


class CancelTest(StudioTest):
    """Jobs end when nobody waits for them."""

    person = None

    def setUp(self):
        self.content = Path(self.person).read_bytes()

    def test_a_client_that_goes_away_in_mid_job(self):
        page = Page(self.studio)
        photos = [page.add(self.content, f"{i}.jpg")["id"] for i in range(12)]
        jobs = [page.start(photo) for photo in photos]
        page.wait(jobs[0], ("started",))
        page.leave()
        # The job of another page comes after them, so it waits until the studio has noticed.
        other = self.page()
        other.paint(other.add(self.content, "other.jpg")["id"])
        page.listen(len(page.events))
        ends = {page.wait(job)["type"] for job in jobs[6:]}
        self.assertEqual(ends, {"cancelled"})
        self.assertEqual(page.paint(photos[0])[0]["status"], "reconstructed")
        page.end()

    def test_a_job_can_be_cancelled(self):
        page = self.page()
        photos = [page.add(self.content, f"{i}.jpg")["id"] for i in range(3)]
        jobs = [page.start(photo) for photo in photos]
        self.studio.json("DELETE", f"{page.path}/jobs/{jobs[2]}")
        self.assertEqual(page.wait(jobs[2])["type"], "cancelled")
        self.assertEqual(page.wait(jobs[1])["type"], "done")

    def test_a_newer_job_for_a_face_replaces_the_older(self):
        page = self.page()
        photo = page.add(self.content, "a.jpg")["id"]
        page.paint(photo)
        jobs = [page.start(photo, 0, {"dilation": 0.01 * i}) for i in range(6)]
        self.assertEqual(page.wait(jobs[-1])["type"], "done")
        self.assertIn("cancelled", {page.wait(job)["type"] for job in jobs[:-1]})

    def test_progress_is_reported(self):
        page = self.page()
        photo = page.add(self.content, "a.jpg")["id"]
        job = page.start(photo)
        page.wait(job)
        steps = [event["step"] for event in page.events
                 if event["job"] == job and event["type"] == "progress"]
        self.assertEqual(sorted(set(steps), key=steps.index),
                         ["detect", "landmarks", "segment", "gender", "inpaint", "composite"])


class ProgramTest(unittest.TestCase):
    """Starting and ending."""

    program = models = work = person = None

    def start(self):
        return Studio(self.program, self.models, Path(self.work) / "ProgramTest")

    def test_signals_end_it_cleanly_in_mid_job(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            studio = self.start()
            page = Page(studio)
            photo = page.add(Path(self.person).read_bytes(), "a.jpg")["id"]
            for _ in range(3):
                page.start(photo)
            slow = studio.connect()
            slow.sendall(b"GET / HTTP/1.1\r\n")
            self.assertEqual(studio.end(number), 0)
            slow.close()

    def test_a_port_that_is_taken(self):
        studio = self.start()
        try:
            result = subprocess.run(
                [self.program, "studio", "--port", str(studio.port), "--models", self.models],
                capture_output=True, text=True, timeout=PATIENCE, check=False)
        finally:
            studio.end()
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, f"demask: --port: {studio.port} cannot be used (Address "
                         "already in use); give another, or 0 for any that is free\n")

    def test_two_studios_have_secrets_of_their_own(self):
        first, second = self.start(), self.start()
        try:
            self.assertNotEqual(first.token, second.token)
            answer = first.request("GET", "/api/mark", token=second.token)
            self.assertEqual(answer[0], 401)
        finally:
            first.end()
            second.end()

    def test_a_port_that_does_not_exist(self):
        result = subprocess.run([self.program, "studio", "--port", "65536"], capture_output=True,
                                text=True, timeout=PATIENCE, check=False)
        self.assertEqual(result.returncode, 2)

    def test_models_that_are_missing(self):
        result = subprocess.run([self.program, "studio", "--models", "/nowhere"],
                                capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(result.returncode, 3)


if __name__ == "__main__":
    program, bundle, prior_bundle, shape_bundle, photo, person, work = sys.argv[1:8]
    shutil.rmtree(work, ignore_errors=True)
    StudioTest.program = ProgramTest.program = program
    StudioTest.models = bundle
    StudioTest.work = ProgramTest.work = work
    PaintTest.photo = QualityTest.photo = VariantTest.photo = photo
    QualityTest.models = prior_bundle
    VariantTest.models = shape_bundle
    CancelTest.person = ProgramTest.person = ReferenceTest.person = person
    CancelTest.models = ProgramTest.models = ReferenceTest.models = os.environ["DEMASK_MODELS"]
    unittest.main(argv=sys.argv[:1] + sys.argv[8:])
