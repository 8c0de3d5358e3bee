"""One page as a person looks at it: as a run would read it."""

from pathlib import Path

import pytest

from flows.inspect_page import read_document
from presslake.errors import PresslakeError
from tests.servers import page, response, serve

SENTENCES = [f"Absatz {n}: Die Plattform erklärte am Dienstag, dass sie ihre Regeln für Werbung in Europa bald ändern werde." for n in range(6)]


def write_config(path: Path, port: int) -> Path:
    path.write_text(
        '[settings]\nallow_networks = ["127.0.0.1/32"]\ndelay_seconds = 0\nretries = 0\n[sources.blatt]\nname = "Blatt"\n'
        f'urls = ["http://127.0.0.1:{port}/"]\nselectors = {{ remove = "p.fremd" }}\n'
    )
    return path


def test_an_address_is_shown_with_its_further_pages_and_as_its_source_wants_it(tmp_path: Path) -> None:
    foreign = "<p class=fremd>Ein fremder Satz, der nach den Regeln der Quelle nicht zum Text dieses Artikels gehört.</p>"
    with serve() as press:
        press.answers |= {
            "/lang": response(
                page(text=f"{SENTENCES[0]}</p>{foreign}<p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p><p>{SENTENCES[3]}</p><a href='?page=2'>2</a><p>")
            ),
            "/lang?page=2": response(page(text=f"{SENTENCES[4]}</p><p>{SENTENCES[5]}")),
            "/zu": response(page()),
            "/robots.txt": response("User-agent: *\nDisallow: /zu", content_type="text/plain"),
        }
        config = write_config(tmp_path / "sources.toml", press.port)
        assert read_document(press.url("/lang"), config).body_text == "\n\n".join(SENTENCES)
        with pytest.raises(PresslakeError, match=r"refused_robots: .*disallow: /zu"):
            read_document(press.url("/zu"), config)
    assert list(tmp_path.iterdir()) == [config], "nothing is kept"


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page(text=f"{SENTENCES[0]}</p><p>{SENTENCES[1]}"))
    assert read_document(str(tmp_path / "a.html"), tmp_path / "sources.toml").body_text == "\n\n".join(SENTENCES[:2])
