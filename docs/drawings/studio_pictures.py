# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of the studio's page: studio*.webp.

    studio_pictures.py PROGRAM FOLDER
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

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


def main():
    program, out = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(program, str(ROOT / "models/default"), folder)
        try:
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
