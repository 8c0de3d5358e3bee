"""Start every recipe on a snapshot and keep its picture: python examples/dashboards/screenshots.py FOLDER

Needs Chromium with its driver, selenium, and the three tools; PRESSLAKE_SNAPSHOTS names the snapshots.
"""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

HERE = Path(__file__).parent
RECIPES = {
    "streamlit": (
        [sys.executable, "-m", "streamlit", "run", "--server.headless=true", "--browser.gatherUsageStats=false", "--server.port=8051"],
        HERE / "streamlit_app.py",
        8051,
    ),
    "dash": ([sys.executable], HERE / "dash_app.py", 8050),
    "marimo": ([sys.executable, "-m", "marimo", "run", "--headless", "--no-token", "--port=8052"], HERE.parent / "notebook.py", 8052),
}


def main() -> None:
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--window-size=1200,900"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options)
    for name, (command, file, port) in RECIPES.items():
        server = subprocess.Popen([*command, str(file)])
        try:
            for _ in range(60):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.5)
            driver.get(f"http://127.0.0.1:{port}/")
            WebDriverWait(driver, 60).until(lambda d: "Press coverage of social platforms" in d.find_element(By.TAG_NAME, "body").text)
            time.sleep(6)  # the charts are drawn after the text
            driver.save_screenshot(str(Path(sys.argv[1]) / f"dashboard-{name}.png"))
        finally:
            server.terminate()
            server.wait()
    driver.quit()


if __name__ == "__main__":
    main()
