"""Report and explorer in headless Chromium: milliseconds to the first view, size of the report, and how long a filter takes.

usage: python -m benchmarks.browser [--claims 20000,500000] [--outlets 60]

Snapshots are invented (``tests/flows/synthetic.py``). The report is opened from disk, the explorer from a static server on loopback, both with the
network cut. "First view" is the first contentful paint after the navigation began; "ready" is when the explorer shows rows.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from selenium import webdriver

from flows.explorer import serve
from flows.report import write_report

FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]"


def load_synthetic() -> Any:
    """The module that makes presses for the tests."""
    spec = importlib.util.spec_from_file_location("synthetic_press", Path(__file__).parents[1] / "tests/flows/synthetic.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def open_browser(profile: str) -> webdriver.Chrome:
    """Headless Chromium that reaches nothing but loopback."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in (*FLAGS.split(), "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def until(driver: webdriver.Chrome, script: str, seconds: float = 120) -> float:
    """Milliseconds until the script gives something true."""
    begin = time.monotonic()
    while not driver.execute_script("return " + script):
        if time.monotonic() - begin > seconds:
            raise TimeoutError(script)
        time.sleep(0.01)
    return 1000 * (time.monotonic() - begin)


def first_view(driver: webdriver.Chrome) -> float:
    """Milliseconds from the beginning of the navigation to the first contentful paint; a page may be complete before it is painted."""
    until(driver, f"Boolean({PAINT})")
    return float(driver.execute_script(f"return {PAINT}.startTime"))


def measure(driver: webdriver.Chrome, folder: Path) -> dict[str, float]:
    """Milliseconds, and kilobytes of the report."""
    out: dict[str, float] = {}
    begin = time.monotonic()
    report = folder.parent / "report.html"
    write_report(folder, report)
    out["report written, ms"] = 1000 * (time.monotonic() - begin)
    out["report, KB"] = report.stat().st_size / 1000
    driver.get(report.as_uri())
    out["report, first view, ms"] = first_view(driver)
    server = serve(folder)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        begin = time.monotonic()
        driver.get(f"http://127.0.0.1:{server.server_address[1]}/?lang=en")
        until(driver, "document.documentElement.dataset.ready === 'yes'")
        out["explorer, ready, ms"] = 1000 * (time.monotonic() - begin)
        out["explorer, first view, ms"] = first_view(driver)
        for name, value in (("platform", "tiktok"), ("q", "erwarten")):
            shown = driver.execute_script("return document.getElementById('count').textContent")
            begin = time.monotonic()
            driver.execute_script(f"location.hash = '{name}={value}'")
            until(driver, f"(t => t !== {json.dumps(shown)} && !t.includes('…'))(document.getElementById('count').textContent)")
            out[f"explorer, filter {name}, ms"] = 1000 * (time.monotonic() - begin)
    finally:
        server.shutdown()
        server.server_close()
    return out


def main() -> None:
    """Print the figures for every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", default="20000")
    parser.add_argument("--outlets", type=int, default=60)
    given = parser.parse_args()
    synthetic = load_synthetic()
    small = synthetic.press(articles=200)
    per_article = len(small.tables["claims"]) / 200
    with tempfile.TemporaryDirectory() as place:
        driver = open_browser(f"{place}/profile")
        driver.get("about:blank")
        for claims in map(int, given.claims.split(",")):
            press = synthetic.press(articles=int(claims / per_article), outlets=[f"Blatt {i:05d}" for i in range(given.outlets)])
            folder = Path(place) / str(claims) / "snapshot"
            folder.mkdir(parents=True)
            folder = synthetic.write_snapshot(folder, press)
            print(f"{len(press.tables['claims'])} claims, {len(press.tables['articles'])} articles, {given.outlets} outlets", flush=True)
            for name, value in measure(driver, folder).items():
                print(f"  {name:<28}{value:9.0f}", flush=True)
        driver.quit()


if __name__ == "__main__":
    main()
