# SPDX-License-Identifier: Apache-2.0
"""Runs `demask studio` for tests and speaks HTTP with it."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import unittest
from pathlib import Path

TOKEN_HEADER = "X-Demask-Token"
# Long enough for a busy machine; no test expects anything to be slow.
PATIENCE = 300


class Studio:
    """A running studio, in an empty folder of its own."""

    def __init__(self, program, models, folder, *arguments):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [program, "studio", "--port", "0", "--models", models, "--threads", "1", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.folder), "HOME": str(self.folder)})
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/#token=([0-9a-f]{32})", line):
                self.link, self.port, self.token = found[0], int(found[1]), found[2]
                return
        raise AssertionError(f"the studio gave no link: {self.output}")

    def end(self, number=signal.SIGTERM):
        """Ends the studio by a signal and returns its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def request(self, method, path, body=None, headers=None, token=None):
        """Returns status, headers and body of an answer. `headers` replace those of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        own = {"Host": f"127.0.0.1:{self.port}",
               TOKEN_HEADER: self.token if token is None else token}
        if method == "POST" and body is None:
            body = b""
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {**own, **(headers or {})}.items():
                if value is not None:
                    connection.putheader(name, value)
            if body is not None and "Content-Length" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def json(self, method, path, body=None, expect=200):
        status, _, content = self.request(method, path, body)
        if status != expect:
            raise AssertionError(f"{method} {path}: {status} {content[:500]!r}")
        return json.loads(content)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def open_files(self):
        """What the file descriptors of the process lead to."""
        found = []
        for entry in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                found.append(os.readlink(entry))
            except FileNotFoundError:
                pass
        return found


class Page:
    """What the page does: a session with a stream of events."""

    def __init__(self, studio):
        self.studio = studio
        self.about = studio.json("POST", "/api/sessions", expect=201)
        self.path = f"/api/sessions/{self.about['session']}"
        self.events = []
        self._news = threading.Condition()
        self._socket = None
        self._is_heard = threading.Event()
        self.listen()

    def listen(self, last=0):
        self._socket = self.studio.connect()
        self._socket.sendall(
            f"GET {self.path}/events HTTP/1.1\r\nHost: 127.0.0.1:{self.studio.port}\r\n"
            f"{TOKEN_HEADER}: {self.studio.token}\r\nLast-Event-ID: {last}\r\n\r\n".encode())
        threading.Thread(target=self._read, args=(self._socket,), daemon=True).start()

    def _read(self, connection):
        text = b""
        with connection, contextlib.suppress(OSError):
            while block := connection.recv(65536):
                text += block
                self._is_heard.set()
                *lines, text = text.split(b"\n")
                with self._news:
                    self.events += [json.loads(line[6:]) for line in lines
                                    if line.startswith(b"data: ")]
                    self._news.notify_all()

    def wait_for_stream(self):
        """Waits until the studio has begun to answer with events."""
        if not self._is_heard.wait(PATIENCE):
            raise AssertionError("no stream of events")

    def leave(self):
        """Closes the stream, as a browser does when the page is closed."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def end(self):
        self.studio.json("DELETE", self.path)

    def add(self, content, name="photo.png"):
        return self.studio.json("POST", f"{self.path}/photos?name={name}", content, expect=201)

    def start(self, photo, face=None, edit=None):
        return self.studio.json("POST", f"{self.path}/photos/{photo}/jobs",
                                {"face": face, "edit": edit or {}}, expect=202)["job"]

    def wait(self, job, kinds=("done", "failed", "cancelled")):
        """The event that ends a job."""
        def found():
            return next((event for event in self.events
                         if event["job"] == job and event["type"] in kinds), None)
        with self._news:
            if not self._news.wait_for(found, PATIENCE):
                raise AssertionError(f"job {job} did not end: {self.events[-5:]}")
            return found()

    def paint(self, photo, face=None, edit=None):
        """Runs a job and returns the faces of its last event."""
        event = self.wait(self.start(photo, face, edit))
        if event["type"] != "done":
            raise AssertionError(str(event))
        return event["faces"]

    def save(self, photo, versions):
        status, headers, content = self.studio.request(
            "POST", f"{self.path}/photos/{photo}/file", {"versions": versions})
        if status != 200:
            raise AssertionError(f"{status} {content[:500]!r}")
        return headers, content


class StudioTest(unittest.TestCase):
    """Tests with one studio for all cases of a class."""

    program = models = None
    work = None

    @classmethod
    def setUpClass(cls):
        cls.studio = Studio(cls.program, cls.models, Path(cls.work) / cls.__name__)
        cls.addClassCleanup(cls.stop)

    @classmethod
    def stop(cls):
        if cls.studio.process.poll() is None:
            cls.studio.end()

    def page(self):
        page = Page(self.studio)
        self.addCleanup(page.end)
        return page

    def check_alive(self):
        self.assertEqual(self.studio.request("GET", "/")[0], 200)

    def check_refused(self, answer, status, code):
        self.assertEqual((answer[0], json.loads(answer[2])["error"]["code"]), (status, code))
