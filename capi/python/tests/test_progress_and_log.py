# SPDX-License-Identifier: Apache-2.0
"""Progress bars, and messages in Python's logging."""

import contextlib
import io
import logging
import sys
import unittest
from unittest import mock

import demask
import toy


class Bar:
    """Records what ProgressBar asks of tqdm."""

    made = []

    def __init__(self, **arguments):
        self.arguments, self.done, self.is_closed = arguments, 0, False
        Bar.made.append(self)

    def update(self, count):
        self.done += count

    def close(self):
        self.is_closed = True


class ProgressTest(unittest.TestCase):
    def setUp(self):
        Bar.made = []

    def test_one_bar_for_each_step(self):
        with demask.ProgressBar(Bar, colour="green") as bar:
            demask.Reconstructor(toy.BUNDLE).reconstruct(
                toy.photo(), demask.ReconstructOptions(progress=bar))
        self.assertEqual([bar.arguments["desc"] for bar in Bar.made],
                         [step.name.lower() for step in demask.PipelineStep])
        for bar in Bar.made:
            self.assertEqual(bar.done, bar.arguments["total"])
            self.assertEqual((bar.arguments["leave"], bar.arguments["colour"]), (False, "green"))
            self.assertTrue(bar.is_closed)

    def test_a_bar_serves_calls_one_after_the_other(self):
        with demask.ProgressBar(Bar) as bar:
            for _ in range(2):
                bar(demask.PipelineStep.INPAINT, 1, 2)
                bar(demask.PipelineStep.INPAINT, 2, 2)
        self.assertEqual([(bar.done, bar.is_closed) for bar in Bar.made], [(2, True), (2, True)])

    def test_tqdm_is_the_default(self):
        tqdm = mock.MagicMock()
        with mock.patch.dict(sys.modules, {"tqdm": tqdm, "tqdm.auto": tqdm}):
            with demask.ProgressBar() as bar:
                bar(demask.PipelineStep.DETECT, 0, 3)
        tqdm.tqdm.assert_called_once_with(total=3, desc="detect", leave=False, unit="")
        with mock.patch.dict(sys.modules, {"tqdm": None, "tqdm.auto": None}):
            with self.assertRaisesRegex(ImportError, "pip install tqdm"):
                demask.ProgressBar()


class LoggingTest(unittest.TestCase):
    def test_messages_go_to_the_logger(self):
        with self.assertLogs("demask", logging.INFO) as log:
            demask.Bundle(toy.BUNDLE)
            with self.assertRaises(demask.UnreadableFileError):
                demask.read_image("gone.png")
        levels = [record.levelname for record in log.records]
        self.assertEqual(levels, ["INFO", "ERROR"])
        self.assertIn("gone.png", log.output[1])

    def test_nothing_is_printed_unless_logging_is_set_up(self):
        printed = io.StringIO()
        with contextlib.redirect_stderr(printed):
            with self.assertRaises(demask.UnreadableFileError):
                demask.read_image("gone.png")
        self.assertEqual(printed.getvalue(), "")

    def test_a_callback_takes_the_place_of_the_logger(self):
        messages = []
        demask.set_log_callback(lambda level, message: messages.append(message))
        self.addCleanup(demask.set_log_callback, demask.log_to_logger)
        with self.assertRaises(AssertionError), self.assertLogs("demask"):
            demask.Bundle(toy.BUNDLE)
        self.assertEqual(len(messages), 1)
        demask.set_log_callback(None)
        with self.assertRaises(AssertionError), self.assertLogs("demask"):
            demask.Bundle(toy.BUNDLE)
        self.assertEqual(len(messages), 1)


if __name__ == "__main__":
    unittest.main()
