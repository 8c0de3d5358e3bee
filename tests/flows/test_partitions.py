"""What a back-fill has to do is planned, remembered and reckoned right."""

import datetime as dt

import pytest

from flows.fetch import Target
from flows.partitions import Ledger, Partition, Period, Progress, is_within, page_partitions, span_of
from presslake.errors import ConfigError

MARCH = Period(dt.date(2024, 3, 1), dt.date(2024, 3, 31))
FILE = "https://crawl.example/CC-NEWS-20240310020000-00042.warc.gz"


def part(place: str = FILE, weight: float = 0.0, kind: str = "warc", rules: str = "") -> Partition:
    return Partition("ccnews", kind, place, weight, rules)


def note(ledger: Ledger, p: Partition, period: Period = MARCH, seconds: float = 10.0, weight: float = 0.0) -> None:
    ledger.note(p, period, weight=weight, pages=5, articles=4, seconds=seconds, run_id="run_1")


def test_a_period_holds_both_of_its_days_and_refuses_to_run_backwards():
    assert dt.datetime(2024, 3, 31, 23, 59, tzinfo=dt.UTC) in MARCH
    assert dt.datetime(2024, 4, 1, tzinfo=dt.UTC) not in MARCH
    with pytest.raises(ConfigError, match="--from 2024-03-02 is after --to 2024-03-01"):
        Period(dt.date(2024, 3, 2), dt.date(2024, 3, 1))


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("CC-NEWS-20240229180000-00001.warc.gz", True),  # written to until the first of March
        ("CC-NEWS-20240228180000-00001.warc.gz", False),
        ("CC-NEWS-20240401000000-00001.warc.gz", False),
        ("blatt-20240315.warc.gz", True),
        ("own-crawl.warc.gz", True),  # its name does not say
        ("number-99999999.warc.gz", True),
    ],
)
def test_files_outside_the_period_are_not_even_downloaded(name, within):
    assert is_within(f"https://crawl.example/2024/{name}", MARCH) is within


def test_what_is_done_is_done_for_the_days_a_file_can_hold(tmp_path):
    ledger = Ledger.of(tmp_path)
    assert not ledger.is_done(part(), MARCH)
    note(ledger, part())
    again = Ledger.of(tmp_path)
    assert again.is_done(part(), MARCH)
    assert again.is_done(part(), Period(dt.date(2020, 1, 1), dt.date(2025, 1, 1)))  # the file holds two days of it at most
    assert not again.is_done(part(rules="other words"), MARCH)
    assert not again.is_done(part("/crawls/own.warc.gz"), MARCH)
    note(again, part("/crawls/own.warc.gz"))
    assert again.is_done(part("/crawls/own.warc.gz"), Period(dt.date(2024, 3, 5), dt.date(2024, 3, 6)))
    assert not again.is_done(part("/crawls/own.warc.gz"), Period(dt.date(2024, 2, 1), dt.date(2024, 3, 31)))


def test_a_kill_while_writing_costs_one_line(tmp_path):
    note(Ledger.of(tmp_path), part())
    with (tmp_path / "backfill" / "done.jsonl").open("a") as f:
        f.write('{"source": "ccnews", "kind": "wa')
    ledger = Ledger.of(tmp_path)
    assert ledger.is_done(part(), MARCH)
    note(ledger, part("b-20240311.warc.gz"))
    assert Ledger.of(tmp_path).is_done(part("b-20240311.warc.gz"), MARCH)


def test_the_time_left_is_reckoned_from_what_was_done_by_weight(tmp_path):
    ledger = Ledger.of(tmp_path)
    assert ledger.seconds_for([part()]) is None
    note(ledger, part("a"), seconds=10, weight=1e6)
    note(ledger, part("b"), seconds=30, weight=3e6)
    assert ledger.seconds_for([part("c", 2e6)]) == pytest.approx(20)
    assert ledger.seconds_for([part("d"), part("e")]) == pytest.approx(40)  # of unknown size: as large as the mean
    assert ledger.seconds_for([part("2024-03", 50, "pages")]) is None
    assert ledger.seconds_for([]) == 0


def test_pages_are_parted_by_source_and_month_of_the_change_their_sitemap_states():
    def target(number: int, at: dt.datetime | None) -> Target:
        return Target(url=f"https://blatt.example/{number}", source_id="blatt", channel="sitemap", modified_at=at)

    days = [dt.datetime(2024, 2, 29, tzinfo=dt.UTC), dt.datetime(2024, 3, 1, tzinfo=dt.UTC), dt.datetime(2024, 4, 2, tzinfo=dt.UTC), None]
    period = Period(dt.date(2024, 3, 1), dt.date(2024, 4, 30))
    found = page_partitions([target(n, d) for n, d in enumerate(days)], period, {"blatt": ""})
    assert [(p.place, p.weight, [t.url[-1] for t in p.targets]) for p in found] == [("2024-03", 1, ["1"]), ("2024-04", 1, ["2"])]


def test_progress_is_read_back_and_said_in_words(tmp_path):
    progress = Progress("2024-03-01", "2024-03-31", 40, 10, 1200, 900, 5400.0, "2026-01-01T00:00:00+00:00", "running")
    progress.write(tmp_path)
    assert Progress.read(tmp_path) == progress
    assert progress.in_words() == "2024-03-01 to 2024-03-31: 10 of 40 parts, 1200 pages, 900 articles, 1 h 30 min left"
    assert progress.percent == 25
    (tmp_path / "backfill" / "progress.json").write_text("{")
    assert Progress.read(tmp_path) is None


def test_a_name_that_is_no_date_is_none():
    assert span_of("x-20241399.warc.gz") is None
