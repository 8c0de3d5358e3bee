"""Article extraction against the installed peers: quality and speed, one table, one run.

usage: python -m benchmarks.articles BENCH_DIR [--sets scrapinghub,…] [--limit N] [--peers trafilatura,…] [--python EXECUTABLE]

BENCH_DIR holds ``score_articles.py`` and ``articles/dev``. Every extractor gets the same pages in the same process, text and metadata in one
call; speed is pages per CPU second inside that call, after a few pages to load its models. Peers that are not installed
(``pip install presslake[peers]``) are left out, or run by the Python of another environment that ``--python`` names: some want libraries
that presslake cannot have beside its own.
The pages of ``articles/dev`` also trained our forests: for unseen sites see ``training/articles.py --evaluate``.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Extract = Callable[[str, str], dict[str, Any]]
METRICS = {"trafilatura": "chunks", "fundus_eval": "lenient", "fundus_tests": "lenient"}


def presslake(html: str, url: str) -> dict[str, Any]:
    """Ours, as the pipeline calls it."""
    from benchmarks.adapters import extract

    return extract(html, url)


def trafilatura(html: str, url: str) -> dict[str, Any]:
    """trafilatura with metadata, comments off."""
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {}
    return {"title": found.title, "authors": (found.author or "").split("; "), "date": found.date, "text": found.text}


def readability(html: str, url: str) -> dict[str, Any]:
    """readability-lxml: text and title only."""
    from lxml.html import fromstring
    from readability import Document

    page = Document(html, url=url)
    return {"title": page.short_title(), "text": fromstring(page.summary()).text_content()}


def newspaper(html: str, url: str) -> dict[str, Any]:
    """newspaper4k, without the network."""
    from newspaper import Article

    article = Article(url)
    article.download(input_html=html)
    article.parse()
    return {"title": article.title, "authors": article.authors, "date": article.publish_date, "text": article.text}


def goose3(html: str, url: str) -> dict[str, Any]:
    """goose3, without pictures and the network."""
    from goose3 import Configuration, Goose

    options = Configuration()
    options.enable_image_fetching = False
    with Goose(options) as goose:
        page = goose.extract(raw_html=html)
    return {"title": page.title, "authors": list(page.authors or []), "date": page.publish_date, "text": page.cleaned_text}


def newsplease(html: str, url: str) -> dict[str, Any]:
    """news-please, without pictures and the network."""
    from newsplease import NewsPlease

    page = NewsPlease.from_html(html, url=url, fetch_images=False)
    return {"title": page.title, "authors": page.authors or [], "date": page.date_publish, "text": page.maintext}


def magic_html(html: str, url: str) -> dict[str, Any]:
    """magic-html: title and text only."""
    from lxml.html import fromstring
    from magic_html import GeneralExtractor

    page = GeneralExtractor().extract(html, base_url=url)
    return {"title": page["title"], "text": "\n".join(fromstring(page["html"]).itertext())}


def resiliparse(html: str, url: str) -> dict[str, Any]:
    """resiliparse: the main text only."""
    from resiliparse.extract.html2text import extract_plain_text

    return {"text": extract_plain_text(html, main_content=True, alt_texts=False, links=False)}


PEERS: dict[str, Extract] = {
    "trafilatura": trafilatura,
    "readability": readability,
    "newspaper": newspaper,
    "goose3": goose3,
    "resiliparse": resiliparse,
    "newsplease": newsplease,
    "magic_html": magic_html,
}


def measure(name: str, extract: Extract, pages: list[dict[str, Any]], score: Any) -> None:
    """Print the rows of one extractor."""
    for page in pages[:3]:
        score.run(extract, [page])
    found, seconds, errors = score.run(extract, pages)
    means: dict[str, list[float]] = {"title": [], "authors": [], "date": []}
    print(f"\n{name}")
    if len(errors) == len(pages):  # a peer without one of its libraries: no figures rather than zeros
        print(f"  fails on every page: {errors[0][-1]}")
        return
    for part in score.SETS:
        own = [p for p in pages if p["set"] == part]
        if not own:
            continue
        result = score.score_set(own, found)
        metric = METRICS.get(part, "shingle")
        if metric in result:
            print(f"  {part:<14} {metric:<8} F1 {result[metric]['f1']:.3f}")
        if part != "htmldate":
            for key, column in (("title", "title"), ("authors", "authF1"), ("date", "date")):
                if key in result:
                    means[key].append(result[key][column])
    for key, values in means.items():
        if values:
            print(f"  {key:<14} mean of {len(values)} {sum(values) / len(values):.3f}")
    cpu = sum(v for k, v in seconds.items() if k != "wall")
    print(f"  pages per CPU second {len(pages) / cpu:.1f}   errors {len(errors)}")


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--sets", default="scrapinghub,trafilatura,fundus_eval,fundus_tests,newspaper_ds,wcxb_article")
    parser.add_argument("--limit", type=int, default=0, help="pages per set")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--python", help="of another environment, for peers that are not installed in this one")
    parser.add_argument("--only-peers", action="store_true", help="leave presslake out")
    given = parser.parse_args()
    sys.path.insert(0, str(given.bench))
    score = importlib.import_module("score_articles")
    pages: list[dict[str, Any]] = []
    for part in given.sets.split(","):
        own = list(score.load("dev", [part]))
        pages += own[: given.limit] if given.limit else own
    if not given.only_peers:
        measure("presslake", presslake, pages, score)
    for name in filter(None, given.peers.split(",")):
        if importlib.util.find_spec(name) is not None:
            measure(name, PEERS[name], pages, score)
        elif given.python:
            options = ["--sets", given.sets, "--limit", str(given.limit), "--peers", name, "--only-peers"]
            sys.stdout.flush()
            subprocess.run([given.python, "-W", "ignore", __file__, str(given.bench), *options], check=False)
        else:
            print(f"\n{name}: not installed")


if __name__ == "__main__":
    main()
