#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uses the studio's page as a person does, in a headless Chromium.

    test_browser.py PROGRAM PERSON PEOPLE WORK [CASE...]

PERSON and PEOPLE are photos of one and two masked faces of people who do not exist. The Python
package of demask must be on the path, and DEMASK_MODELS name the default models. The exit code is
77 if Chromium, its driver or Selenium is not installed.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import unittest
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

SKIPPED = 77
if not (shutil.which("chromium") and shutil.which("chromedriver") and
        importlib.util.find_spec("selenium")):
    print("Chromium, its driver or Selenium is not installed; tests/run.sh --browser installs them")
    sys.exit(SKIPPED)

import demask
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from studio_browser import Browser
from studio_test import Studio

AXE = "axe-core@4.14.1"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class BrowserTest(unittest.TestCase):
    program = work = person = people = None

    @classmethod
    def setUpClass(cls):
        cls.studio = Studio(cls.program, os.environ["DEMASK_MODELS"], Path(cls.work) / "studio")
        cls.addClassCleanup(cls.studio.end)
        cls.reconstructor = demask.Reconstructor(os.environ["DEMASK_MODELS"])

    def open(self, **window):
        browser = Browser(self.studio.link, Path(self.work) / self.id().split(".")[-1], **window)
        self.addCleanup(browser.quit)
        browser.wait_until_ready()
        return browser

    def open_photo(self, photo=None, **window):
        browser = self.open(**window)
        photo = photo or self.person
        browser.drop(photo)
        with Image.open(photo) as image:
            browser.photo_size = image.size
        browser.wait_until_painted()
        browser.wait("document.querySelector('#canvas').width > 0")
        browser.settle()
        return browser

    def as_png(self):
        """The photo of one person as a PNG file, whose saved pixels can be compared."""
        target = Path(self.work) / "person.png"
        with Image.open(self.person) as image:
            image.save(target)
        return target

    def expected(self, photo, job, reference=None):
        """What the library gives for the options of a job, which may have a reference photo."""
        with Image.open(photo) as image:
            pixels = np.asarray(image)
        edit = job["edit"]
        options = {"gender": {"auto": demask.Gender.AUTO, "female": demask.Gender.FEMALE,
                              "male": demask.Gender.MALE}[edit["gender"]],
                   "blend": demask.BlendMode[edit["blend"].upper()],
                   "mask_dilation": edit["dilation"]}
        options["expression"] = demask.Expression[edit.get("expression", "as_found").upper()]
        options["variants"] = edit.get("variant", 0) + 1
        if hasattr(demask, "Quality"):
            options["quality"] = demask.Quality[edit["quality"].upper()]
        if edit.get("mask"):
            mask = edit["mask"]
            values = np.repeat(np.arange(len(mask["runs"])) % 2, mask["runs"]) * 255
            options["mask"] = np.zeros(pixels.shape[:2], np.uint8)
            options["mask"][mask["y"]:mask["y"] + mask["height"],
                            mask["x"]:mask["x"] + mask["width"]] = values.reshape(
                                mask["height"], mask["width"])
        self.assertEqual(edit.get("reference") is None, reference is None)
        if reference is not None:
            options["references"] = [demask.ReferencePhoto(np.asarray(Image.open(reference)))]
        if job["face"] is not None:
            found = self.reconstructor.reconstruct(pixels).faces[job["face"]].landmarks
            options["landmarks"] = [
                demask.Landmarks(points=np.asarray(edit["landmarks"], np.float32))
                if edit["landmarks"] else found]
        result = self.reconstructor.reconstruct(pixels, demask.ReconstructOptions(**options))
        return np.asarray(result.variant_photos[-1] if result.variant_photos else result.photo)

    def check_saved(self, browser, photo, job, reference=None):
        with Image.open(browser.download()) as saved:
            np.testing.assert_array_equal(np.asarray(saved), self.expected(photo, job, reference))

    def test_a_photo_from_drop_to_download(self):
        photo = self.as_png()
        browser = self.open_photo(photo)
        self.assertEqual(browser.text("face-status"), "Painted")
        self.assertIn("guess", browser.run("return document.querySelector('.guess').textContent"))

        first = browser.jobs()[-1]
        self.check_saved(browser, photo, first)

        with self.subTest("the slider shows the photo before or after"):
            left, top = browser.place_of(320, 430)
            slider = browser.find("split")
            slider.send_keys(Keys.HOME)
            browser.settle()
            after = browser.color_at([left, top])
            slider.send_keys(Keys.END)
            browser.settle()
            before = browser.color_at([left, top])
            self.assertGreater(np.abs(np.subtract(before, after)).max(), 20)
            self.assertEqual(slider.get_attribute("aria-valuenow"), "100")
            slider.send_keys(Keys.HOME)
            browser.settle()
            ActionChains(browser.driver).drag_and_drop_by_offset(slider, 300, 0).perform()
            self.assertGreater(int(slider.get_attribute("aria-valuenow")), 10)

        with self.subTest("a mask is painted"):
            browser.choose("tool", "brush")
            browser.drag(browser.place_of(250, 330), (60, -10), (60, 10))
            browser.wait(f"window.jobs.length > {len(browser.jobs()) - 1} && "
                         "window.jobs.at(-1).edit.mask")
            browser.wait_until_painted()
            painted = browser.jobs()[-1]
            self.assertEqual(painted["edit"]["dilation"], 0)
            self.check_saved(browser, photo, painted)

        with self.subTest("a part of it is erased"):
            browser.choose("tool", "eraser")
            browser.drag(browser.place_of(250, 330), (40, -8))
            browser.wait("window.jobs.length > 2")
            browser.wait_until_painted()
            erased = browser.jobs()[-1]
            self.assertLess(sum(erased["edit"]["mask"]["runs"][1::2]),
                            sum(painted["edit"]["mask"]["runs"][1::2]))

        with self.subTest("a landmark is dragged"):
            browser.choose("tool", "points")
            found = self.reconstructor.reconstruct(
                np.asarray(Image.open(photo))).faces[0].landmarks.points
            chin = 8 if len(found) == 68 else 16
            browser.drag(browser.place_of(*map(float, found[chin])), (10, 12), (4, 3))
            browser.wait("window.jobs.at(-1).edit.landmarks")
            browser.wait_until_painted()
            dragged = browser.jobs()[-1]
            moved = np.asarray(dragged["edit"]["landmarks"]) - found
            self.assertEqual(np.flatnonzero(np.abs(moved).max(axis=1) > 0.01).tolist(), [chin])
            self.assertGreater(moved[chin].min(), 5)
            self.check_saved(browser, photo, dragged)

        with self.subTest("steps are undone and done again"):
            count = len(browser.jobs())
            browser.click("undo")
            browser.wait_until_painted()
            self.check_saved(browser, photo, erased)
            for _ in range(2):
                browser.click("undo")
            browser.wait_until_painted()
            self.assertFalse(browser.find("undo").is_enabled())
            with Image.open(browser.download()) as saved:
                np.testing.assert_array_equal(np.asarray(saved), self.expected(photo, first))
            for _ in range(3):
                browser.click("redo")
            browser.wait_until_painted()
            self.check_saved(browser, photo, dragged)
            # What was painted once is not painted again.
            self.assertEqual(len(browser.jobs()), count)

        with self.subTest("gender, blend and quality are chosen"):
            browser.choose("gender", "male")
            browser.run("document.getElementById('fine-tuning').open = true")
            browser.choose("blend", "poisson")
            if browser.find("quality").is_displayed():
                browser.choose("quality", "fast")
            browser.wait("window.jobs.at(-1).edit.blend === 'poisson'")
            browser.wait_until_painted()
            self.check_saved(browser, photo, browser.jobs()[-1])

        with self.subTest("a variant and an expression are chosen"):
            painted = browser.jobs()[-1]
            browser.choose("variant", "2")
            browser.choose("expression", "smile")
            browser.wait("window.jobs.at(-1).edit.expression === 'smile'")
            browser.wait_until_painted()
            chosen = browser.jobs()[-1]
            self.assertEqual(chosen["edit"]["variant"], 2)
            self.check_saved(browser, photo, chosen)
            self.assertTrue((self.expected(photo, chosen) != self.expected(photo, painted)).any())

        with self.subTest("a face is left as it is"):
            browser.choose("accept", "false")
            self.assertEqual(browser.text("face-status"), "Left as it is")
            self.assertEqual(browser.download().read_bytes(), photo.read_bytes())
            browser.choose("accept", "true")

        with self.subTest("all choices are undone"):
            browser.click("reset")
            browser.wait_until_painted()
            self.check_saved(browser, photo, first)

        self.assertEqual(browser.log(), [])
        own = f"http://127.0.0.1:{self.studio.port}/"
        foreign = [url for url in browser.requests()
                   if not url.startswith((own, f"blob:{own}", "data:"))]
        self.assertEqual(foreign, [])
        self.assertNotIn("token", browser.driver.current_url)

    def test_several_faces_and_photos(self):
        browser = self.open_photo(self.people)
        self.assertEqual(browser.run("return document.querySelectorAll('.face').length"), 2)
        browser.run("document.querySelectorAll('.face')[1].click()")
        self.assertEqual(browser.text("face-title"), "Face 2")
        browser.choose("accept", "false")
        saved = np.asarray(Image.open(browser.download()), int)
        original = np.asarray(Image.open(self.people), int)
        left, right = np.array_split(np.abs(saved - original).max(axis=2), 2, axis=1)
        # Only one of the two was painted; the other differs by JPEG's rounding.
        self.assertEqual(sorted([left.max() > 60, right.max() > 60]), [False, True])

        browser.find("files").send_keys(f"{self.person}")
        browser.wait("document.querySelectorAll('.photo').length === 2")
        browser.run("document.querySelectorAll('.photo .choose')[1].click()")
        browser.wait_until_painted()
        self.assertIn(Path(self.person).name, browser.driver.title)
        with zipfile.ZipFile(browser.download("save-all")) as files:
            self.assertIsNone(files.testzip())
            self.assertEqual(files.namelist(), ["people_unmasked.jpg", "person_unmasked.jpg"])
            with Image.open(files.open("people_unmasked.jpg")) as image:
                np.testing.assert_array_equal(np.asarray(image), saved)
        browser.run("document.querySelector('.photo .remove').click()")
        browser.wait("document.getElementById('photos').hidden")
        self.assertEqual(browser.log(), [])

    def test_a_reference_photo(self):
        photo = self.as_png()
        browser = self.open_photo(photo)
        first = browser.jobs()[-1]
        # The painted photo shows the same person without a mask.
        bare = Path(self.work) / "bare.png"
        shutil.copy(browser.download(), bare)

        with self.subTest("it is dropped on the panel"):
            browser.drop(bare, on="panel")
            browser.wait("window.jobs.at(-1).edit.reference")
            browser.wait_until_painted()
            self.assertEqual(browser.text("reference-name"), "bare.png")
            self.assertEqual(browser.text("reference-use"), "Pixels used")
            self.assertIn("likeness comes from the reference", browser.text("face-reason"))
            self.assertIn("reference photo: Under the mask", browser.text("status"))
            self.assertEqual(browser.run("return document.querySelectorAll('.photo').length"), 1)
            used = browser.jobs()[-1]
            self.check_saved(browser, photo, used, bare)

        with self.subTest("why nothing of it is used is said"):
            gray = Path(self.work) / "gray.png"
            Image.new("RGB", (200, 150), "gray").save(gray)
            browser.find("reference-file").send_keys(str(gray))
            browser.wait("document.getElementById('reference-name').textContent === 'gray.png'")
            browser.wait_until_painted()
            self.assertEqual(browser.text("reference-use"), "Not used")
            self.assertIn("shows no face", browser.text("reference-outcome"))

        with self.subTest("a file that is no photo changes nothing"):
            count = len(browser.jobs())
            bad = Path(self.work) / "bad_reference.png"
            bad.write_bytes(b"no photo")
            browser.drop(bad, on="panel")
            browser.wait("document.getElementById('reference-problem').textContent")
            self.assertIn("not an image", browser.text("reference-problem"))
            browser.drop(bare, gray, on="panel")
            self.assertIn("give one file", browser.text("reference-problem"))
            self.assertEqual(browser.text("reference-name"), "gray.png")
            self.assertEqual(len(browser.jobs()), count)

        with self.subTest("steps are undone and done again"):
            browser.click("undo")
            browser.wait_until_painted()
            self.assertEqual(browser.text("reference-use"), "Pixels used")
            self.check_saved(browser, photo, used, bare)
            browser.click("undo")
            browser.wait_until_painted()
            self.assertFalse(browser.find("reference-chosen").is_displayed())
            self.check_saved(browser, photo, first)
            browser.click("redo")
            # The program has dropped its copy, so the page uploads it again to paint.
            browser.choose("gender", "male")
            browser.wait("window.jobs.at(-1).edit.gender === 'male'")
            browser.wait_until_painted()
            self.assertEqual(browser.text("reference-use"), "Pixels used")
            self.check_saved(browser, photo, browser.jobs()[-1], bare)

        with self.subTest("it is removed by keyboard"):
            browser.find("reference-remove").send_keys(Keys.ENTER)
            browser.wait("window.jobs.at(-1).edit.reference === null")
            browser.wait_until_painted()
            self.assertEqual(browser.run("return document.activeElement.id"), "reference-choose")
            self.assertFalse(browser.find("reference-remove").is_displayed())
            self.check_saved(browser, photo, browser.jobs()[-1])
        # The file that is no photo was refused.
        self.assertEqual([line for line in browser.log() if " 415 " not in line], [])

    def test_by_keyboard(self):
        browser = self.open_photo()
        browser.press("b")
        browser.press(Keys.ARROW_UP, Keys.ARROW_LEFT, Keys.ENTER)
        browser.wait("window.jobs.at(-1).edit.mask")
        browser.wait_until_painted()
        browser.press("l", "n", "n", "p", Keys.ARROW_DOWN)
        browser.wait("window.jobs.at(-1).edit.landmarks")
        browser.wait_until_painted()
        browser.press(Keys.CONTROL + "z")
        browser.press(Keys.CONTROL + "z")
        self.assertFalse(browser.find("undo").is_enabled())
        browser.press("v", "1")
        browser.settle()
        self.assertEqual(browser.text("zoom-value"), "100%")
        browser.press("a")
        self.assertEqual(browser.text("face-status"), "Left as it is")
        browser.press("a", "0", "f", "+", "-")
        self.assertIn("face 1 painted", browser.text("status").lower())
        # Every control can be reached.
        reached = set()
        browser.run("document.activeElement.blur()")
        for _ in range(60):
            ActionChains(browser.driver).send_keys(Keys.TAB).perform()
            reached.add(browser.run("const {id, name, className} = document.activeElement;"
                                    "return id || name || className"))
        self.assertLessEqual({"add", "theme", "save", "canvas", "split", "view", "zoom-in", "face",
                              "accept", "gender", "reference-choose", "tool"}, reached)

    def test_what_goes_wrong_is_said(self):
        browser = self.open()
        bad = Path(self.work) / "bad.png"
        bad.write_bytes(b"no photo")
        browser.drop(bad)
        browser.wait("!document.getElementById('no-faces').hidden && "
                     "document.getElementById('no-faces').textContent.includes('bad.png')")
        self.assertIn("not an image", browser.text("no-faces"))
        link = self.studio.link.split("#")[0]
        other = Browser(link, Path(self.work) / "other")
        self.addCleanup(other.quit)
        other.wait("!document.getElementById('banner').hidden")
        self.assertIn("link", other.text("banner"))

    def test_a_failed_upload_can_be_tried_again(self):
        browser = self.open()
        browser.run("""
            const send = window.fetch;
            window.failures = 1;
            window.fetch = (path, options) => {
              if (String(path).includes('/photos?name=') && window.failures > 0) {
                window.failures -= 1;
                return Promise.reject(new TypeError('Failed to fetch'));
              }
              return send(path, options);
            };
        """)
        browser.drop(self.person)
        browser.wait("!document.getElementById('try-again').hidden")
        self.assertIn("does not answer", browser.text("no-faces"))
        browser.click("try-again")
        browser.wait_until_painted()
        self.assertEqual(browser.text("face-status"), "Painted")
        self.assertFalse(browser.find("try-again").is_displayed())
        # Another photo is uploaded although the first failed for good.
        bad = Path(self.work) / "no_photo.png"
        bad.write_bytes(b"no photo")
        browser.drop(bad, self.people)
        browser.wait("document.querySelectorAll('.photo').length === 3")
        browser.wait("document.querySelectorAll('.photo .state')[1].textContent === 'Failed'")
        browser.run("document.querySelectorAll('.photo .choose')[1].click()")
        self.assertFalse(browser.find("try-again").is_displayed())
        browser.wait("document.querySelectorAll('.photo .state')[2].textContent === '2 faces'")

    def test_a_search_is_cancelled(self):
        browser = self.open()
        copies = []
        for i in range(8):
            copies.append(Path(self.work) / f"copy{i}.jpg")
            shutil.copy(self.person, copies[-1])
        browser.drop(*copies)
        browser.wait("document.querySelectorAll('.photo').length === 8")
        browser.run("document.querySelectorAll('.photo .choose')[7].click()")
        browser.wait("!document.getElementById('cancel').hidden && "
                     "!document.getElementById('progress').hidden")
        browser.run("document.getElementById('cancel').click()")
        browser.wait("document.getElementById('progress').hidden")
        states = browser.run("return [...document.querySelectorAll('.photo .state')]"
                             ".map((state) => state.textContent)")
        self.assertIn(states[7], ("Failed", "1 face"))
        if states[7] == "Failed":
            browser.click("try-again")
            browser.wait("document.querySelectorAll('.photo .state')[7].textContent === '1 face'")

    def test_it_fits_a_narrow_window(self):
        browser = self.open_photo(width=360, height=740, scale=2)
        for tool in ["move", "brush", "points"]:
            browser.choose("tool", tool)
            browser.settle()
            self.assertLessEqual(browser.run("return document.documentElement.scrollWidth"), 360)
            outside = browser.run("""
                return [...document.querySelectorAll('button, label, input, output, h1, h2')]
                    .filter((one) => one.checkVisibility() && !one.closest('.strip') &&
                                     !one.closest('.hidden') && one.getBoundingClientRect().width &&
                                     (one.getBoundingClientRect().right > 361 ||
                                      one.getBoundingClientRect().left < -1))
                    .map((one) => one.id || one.textContent);
            """)
            self.assertEqual(outside, [])


class AccessibilityTest(BrowserTest):
    """Runs axe-core, which checks the rules of WCAG 2.2 that a program can check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(cls.work)
        if not (folder / "axe.min.js").exists():
            archive = subprocess.run(["npm", "pack", "--silent", AXE], cwd=folder, check=True,
                                     capture_output=True, text=True).stdout.strip()
            with tarfile.open(folder / archive) as files:
                (folder / "axe.min.js").write_bytes(
                    files.extractfile("package/axe.min.js").read())
        cls.axe = (folder / "axe.min.js").read_text()

    def check(self, browser, what):
        browser.settle()
        browser.run(self.axe)
        found = browser.driver.execute_async_script("""
            const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: arguments[0]}).then(({violations}) => done(
                violations.flatMap(({id, nodes}) => nodes.map(
                    (node) => `${id}: ${node.html} ${node.failureSummary}`))), done);
        """, AXE_TAGS)
        self.assertEqual(found, [], what)

    def test_rules(self):
        for dark in [False, True]:
            browser = self.open(dark=dark)
            self.check(browser, f"welcome, dark {dark}")
            browser.drop(self.people)
            browser.wait_until_painted()
            for tool in ["move", "brush", "points"]:
                browser.choose("tool", tool)
                self.check(browser, f"{tool}, dark {dark}")
            browser.run("document.getElementById('fine-tuning').open = true")
            browser.drop(self.person, on="panel")
            browser.wait("document.getElementById('reference-use').textContent")
            self.check(browser, f"reference, dark {dark}")
            browser.drop(self.person, self.people, on="panel")
            self.check(browser, f"two references, dark {dark}")
            browser.choose("accept", "false")
            self.check(browser, f"left, dark {dark}")
            browser.click("keys")
            self.check(browser, f"keyboard, dark {dark}")
            browser.click("key-close")
            browser.resize(360, 740)
            self.check(browser, f"narrow, dark {dark}")


# The cases of the base class run once.
for name in [name for name in dir(BrowserTest) if name.startswith("test_")]:
    setattr(AccessibilityTest, name, None)
del name


if __name__ == "__main__":
    BrowserTest.program, BrowserTest.person, BrowserTest.people, BrowserTest.work = sys.argv[1:5]
    shutil.rmtree(BrowserTest.work, ignore_errors=True)
    Path(BrowserTest.work).mkdir(parents=True)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
