# SPDX-License-Identifier: Apache-2.0
"""The studio's page in a headless Chromium, for tests and for the pictures of the guides."""

import base64
import json
import shutil
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from studio_test import PATIENCE

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

# Records the jobs that the page asks for.
RECORDER = """
window.jobs = [];
const send = window.fetch;
window.fetch = (path, options) => {
  if (String(path).endsWith('/jobs')) {
    window.jobs.push(JSON.parse(options.body));
  }
  return send(path, options);
};
"""

# Drops files as a user does with the mouse.
DROP = """
const transfer = new DataTransfer();
for (const [name, content] of arguments[0]) {
  transfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
}
for (const type of ['dragenter', 'dragover', 'drop']) {
  document.getElementById(arguments[1]).dispatchEvent(
      new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}
"""


class Browser:
    """Chromium with the page of a studio."""

    def __init__(self, link, downloads, width=1440, height=900, dark=False, scale=1):
        options = Options()
        options.binary_location = CHROMIUM
        # Chromium's own sandbox needs rights that containers lack.
        for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
                         "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb",
                         "--disable-background-networking", "--no-first-run"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER), options=options)
        self.downloads = Path(downloads)
        self.downloads.mkdir(parents=True, exist_ok=True)
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {
            "behavior": "allow", "downloadPath": str(self.downloads.resolve())})
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": RECORDER})
        self.resize(width, height, scale)
        self.set_dark(dark)
        self.driver.get(link)

    def quit(self):
        self.driver.quit()

    def resize(self, width, height, scale=1):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600})

    def set_dark(self, dark):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition, what=None):
        """Waits until a JavaScript expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.run(f"return Boolean({condition})"):
            if time.monotonic() > end:
                raise AssertionError(f"{what or condition} did not come; banner: "
                                     f"{self.text('banner')}; log: {self.log()}")
            time.sleep(0.1)

    def wait_until_ready(self):
        self.wait("document.body.dataset.ready === 'true'")

    def wait_until_painted(self):
        """Waits until faces are found and no face is being painted."""
        self.wait("document.querySelector('.face') && !document.querySelector('.chip.work') && "
                  "document.getElementById('progress').hidden")

    def find(self, name):
        return self.driver.find_element(By.ID, name)

    def text(self, name):
        return self.run("return document.getElementById(arguments[0]).textContent", name)

    def click(self, name):
        self.find(name).click()

    def choose(self, name, value):
        """Clicks the label of a radio button."""
        self.run('document.querySelector(`[name=${arguments[0]}][value="${arguments[1]}"]`)'
                 ".parentElement.scrollIntoView({block: 'nearest'})", name, value)
        self.driver.find_element(
            By.CSS_SELECTOR, f'label:has([name={name}][value="{value}"])').click()

    def drop(self, *files, on="main"):
        """Drops files on an element."""
        self.run(DROP, [[Path(file).name, base64.b64encode(Path(file).read_bytes()).decode()]
                        for file in files], on)

    def jobs(self):
        """The jobs that the page asked for."""
        return self.run("return window.jobs")

    def drag(self, start, *moves):
        """Drags on the canvas from a place, relative to its top left corner, by moves."""
        canvas = self.find("canvas")
        size = canvas.size
        chain = ActionChains(self.driver, duration=50)
        chain.move_to_element_with_offset(canvas, round(start[0] - size["width"] / 2),
                                          round(start[1] - size["height"] / 2)).click_and_hold()
        for move in moves:
            chain.move_by_offset(*move)
        chain.release().perform()

    def press(self, *keys):
        """Types keys while the photo has the focus."""
        canvas = self.find("canvas")
        self.run("arguments[0].focus()", canvas)
        canvas.send_keys(*keys)

    def download(self, button="save"):
        """Saves the photo, or all photos, and returns the file, which the next call removes."""
        for file in self.downloads.iterdir():
            file.unlink()
        self.click(button)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            done = [file for file in self.downloads.iterdir()
                    if not file.name.startswith(".") and file.suffix != ".crdownload"]
            if done:
                return done[0]
            time.sleep(0.1)
        raise AssertionError("nothing was saved: " + self.text("banner"))

    def place_of(self, x, y):
        """Where a point of the photo is on the canvas, if the whole photo is shown."""
        return self.run("""
            const [x, y, width, height] = arguments;
            const stage = document.getElementById('stage');
            const scale = Math.min((stage.clientWidth - 48) / width,
                                   (stage.clientHeight - 48) / height, 4);
            return [(stage.clientWidth - width * scale) / 2 + (x + 0.5) * scale,
                    (stage.clientHeight - height * scale) / 2 + (y + 0.5) * scale];
        """, x, y, *self.photo_size)

    photo_size = (0, 0)

    def color_at(self, place):
        """The color that the canvas shows at a place."""
        return self.run("""
            const canvas = document.getElementById('canvas');
            const [x, y] = arguments[0].map((value) => Math.round(value * devicePixelRatio));
            return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3);
        """, place)

    def settle(self):
        """Waits until what was asked for is drawn."""
        self.driver.execute_async_script(
            "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))")

    def log(self):
        """What the browser complained about, such as violations of the policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE"]

    def requests(self):
        """The addresses that the browser asked for."""
        messages = [json.loads(entry["message"])["message"]
                    for entry in self.driver.get_log("performance")]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]
