# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of the studio's page: studio*.webp, of which studio_tour.webp moves.

    studio_pictures.py PROGRAM FOLDER
"""

import io
import itertools
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/studio"))

from studio_browser import Browser
from studio_test import Studio

PERSON = ROOT / "tests/studio/person.jpg"
PEOPLE = ROOT / "tests/studio/people.jpg"


def save(browser, path):
    """Saves what the window shows, at a size that suits a guide."""
    browser.run("document.activeElement.blur()")
    browser.settle()
    image = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
    image.save(path, quality=82, method=6)


def open_photos(studio, folder, *photos, **window):
    browser = Browser(studio.link, folder, **window)
    browser.wait_until_ready()
    browser.drop(*photos)
    browser.wait(f"document.querySelectorAll('.photo canvas').length === {len(photos)}")
    browser.wait("[...document.querySelectorAll('.photo canvas')].every((one) => one.drawn)")
    browser.wait("[...document.querySelectorAll('.photo .state')]"
                 ".every((one) => /^[0-9]+ faces?$/.test(one.textContent))")
    browser.wait_until_painted()
    with Image.open(photos[0]) as image:
        browser.photo_size = image.size
    return browser


class Tour:
    """An animation of the page. The browser shows no mouse pointer, so one is drawn."""

    SIZE = (800, 500)
    POINTER = [(0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12)]

    def __init__(self, browser):
        self.browser = browser
        self.frames = []
        self.durations = []
        self.pointer = (0, 0)  # in the window

    def show(self, milliseconds):
        self.browser.settle()
        image = Image.open(io.BytesIO(self.browser.driver.get_screenshot_as_png())).convert("RGB")
        scale = image.width / self.SIZE[0]
        image = image.resize(self.SIZE, Image.Resampling.LANCZOS)
        left, top = self.pointer[0] / scale, self.pointer[1] / scale
        ImageDraw.Draw(image).polygon([(left + x, top + y) for x, y in self.POINTER],
                                      fill="white", outline="black")
        self.frames.append(image)
        self.durations.append(milliseconds)

    def point_at(self, css):
        """Moves the pointer to the middle of an element."""
        self.pointer = self.browser.run("""
            const {left, top, width, height} = document.querySelector(arguments[0]).getBoundingClientRect();
            return [left + width / 2, top + height / 2];
        """, css)

    def drag(self, places, milliseconds):
        """Drags from the first place of the window to the others, a frame at each."""
        self.mouse("mouseMoved", places[0], 0)
        self.mouse("mousePressed", places[0], 1)
        for place in places:
            self.mouse("mouseMoved", place, 1)
            self.pointer = place
            self.show(milliseconds)
        self.mouse("mouseReleased", places[-1], 0)

    def mouse(self, kind, place, buttons):
        self.browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {
            "type": kind, "x": place[0], "y": place[1], "buttons": buttons, "clickCount": 1,
            "button": "none" if kind == "mouseMoved" and not buttons else "left"})

    def choose(self, name, value, milliseconds):
        self.browser.choose(name, value)
        self.point_at(f'label:has([name={name}][value="{value}"])')
        self.show(300)
        time.sleep(0.5)  # Longer than the page waits for further choices.
        self.browser.wait_until_painted()
        self.show(milliseconds)

    def save(self, path):
        self.frames[0].save(path, save_all=True, append_images=self.frames[1:], loop=0,
                            duration=self.durations, quality=70, method=6, minimize_size=True)


def between(start, end, steps):
    return [(start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
            for i in range(steps + 1)]


def take_tour(studio, folder, path):
    """A photo is dropped, compared, corrected with the brush, and painted with other faces."""
    browser = Browser(studio.link, folder, width=1280, height=800)
    browser.wait_until_ready()
    tour = Tour(browser)
    tour.pointer = (960, 560)
    tour.show(1000)
    browser.drop(PERSON)
    browser.wait("document.getElementById('stage').checkVisibility() && "
                 "document.getElementById('progress-text').textContent !== 'Reading the photo'")
    time.sleep(0.3)  # In which the photo appears.
    tour.show(600)
    browser.wait_until_painted()
    with Image.open(PERSON) as image:
        browser.photo_size = image.size
    tour.point_at("#split")
    tour.show(1200)
    middle = tour.pointer
    turns = [middle, (middle[0] - 230, middle[1]), (middle[0] + 230, middle[1]), middle]
    for start, end in itertools.pairwise(turns):
        tour.drag(between(start, end, 5), 90)
    browser.click("zoom-face")
    tour.point_at("#zoom-face")
    tour.show(600)
    browser.choose("tool", "brush")
    tour.point_at("label:has([name=tool][value=brush])")
    tour.show(700)
    left, top = browser.run("""
        const {left, top, width, height} = document.getElementById('canvas').getBoundingClientRect();
        return [left + width / 2, top + height / 2];
    """)
    tour.drag(between((left - 150, top + 30), (left + 120, top + 10), 6), 110)
    tour.show(300)
    time.sleep(0.5)
    browser.wait_until_painted()
    tour.show(900)
    browser.click("undo")
    tour.point_at("#undo")
    tour.show(800)
    tour.choose("tool", "move", 300)
    browser.run("document.querySelector('[name=view][value=after]').click()")
    tour.point_at("label:has([name=view][value=after])")
    tour.show(900)
    tour.choose("variant", "1", 900)
    tour.choose("variant", "2", 900)
    tour.choose("variant", "0", 500)
    tour.choose("expression", "smile", 1300)
    browser.click("zoom-fit")
    tour.point_at("#save")
    tour.show(2000)
    tour.save(path)
    browser.quit()


def main():
    program, out = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(program, str(ROOT / "models/default"), folder)
        try:
            take_tour(studio, folder, out / "studio_tour.webp")
            browser = open_photos(studio, folder, PERSON, PEOPLE, width=1280, height=800)
            save(browser, out / "studio.webp")
            browser.quit()
            browser = open_photos(studio, folder, PEOPLE, width=1280, height=720)
            browser.click("zoom-face")
            browser.choose("tool", "brush")
            browser.run("document.querySelector('[name=view][value=before]').click()")
            save(browser, out / "studio_mask.webp")
            browser.choose("tool", "points")
            save(browser, out / "studio_landmarks.webp")
            browser.quit()
            browser = open_photos(studio, folder, PERSON, width=360, height=740, scale=2, dark=True)
            save(browser, out / "studio_narrow.webp")
            browser.quit()
        finally:
            studio.end()


if __name__ == "__main__":
    main()
