import requests

from flows.demo.server import serve_press
from presslake.settings import load_config


def test_the_press_serves_what_its_feeds_and_sitemaps_name():
    with serve_press(range(8801, 8840)) as press:
        base = press.base
        sitemap = requests.get(f"{base}/netzblick/sitemap.xml", timeout=5).text
        urls = [part.split("</loc>")[0] for part in sitemap.split("<loc>")[1:]]
        assert len(urls) >= 4
        for url in urls:
            assert requests.get(url, timeout=5).status_code == 200


def test_a_second_request_is_answered_not_modified():
    with serve_press(range(8801, 8840)) as press:
        url = f"{press.base}/morgenkurier/feed.xml"
        first = requests.get(url, timeout=5)
        second = requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")


def test_its_configuration_is_valid(tmp_path):
    with serve_press(range(8801, 8840)) as press:
        path = tmp_path / "sources.toml"
        path.write_text(press.config, encoding="utf-8")
    config = load_config(path)
    assert set(config.sources) == {"morgenkurier", "netzblick", "harboursignal"}
    assert config.sources["harboursignal"].rights == "excerpt"
