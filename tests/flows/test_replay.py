"""What was set aside goes through the stages again, and stops being a reject exactly when it is none any more."""

import datetime as dt
from dataclasses import replace

import pytest

from benchmarks.synthetic import make_article
from flows.load import merge_staged, open_warehouse
from flows.replay import rejected_fetches, settle_rejects
from flows.staging import stage
from flows.warehouse import upsert
from presslake import schema
from tests.rows import NOW, fetch_row


@pytest.fixture
def con():
    con = open_warehouse(":memory:")
    yield con
    con.close()


def reject(key: str, raw: str | None, table: str = "pages", expectation: str = "no_article") -> schema.Reject:
    return schema.Reject(
        reject_id=schema.make_id("rej", table, key, expectation, raw),
        table_name=table,
        row_key=key,
        row_json="{}",
        expectation=expectation,
        reason="The page holds no article.",
        raw_sha256=raw,
        run_id=schema.make_id("run", "x"),
        rejected_at=NOW,
    )


def archived(url: str, body: bytes, hours: int = 0, **changes) -> schema.Fetch:
    fetch_id = schema.make_id("fet", url, hours)
    return fetch_row(url, body, fetch_id=fetch_id, warc_file="raw/a.warc.gz", warc_offset=7, fetched_at=NOW + dt.timedelta(hours=hours), **changes)


def left(con) -> set[tuple[str, str]]:
    return set(con.execute("SELECT table_name, row_key FROM rejects").fetchall())


def load(con, folder, rows) -> None:
    stage(folder, "b", rows)
    merge_staged(con, folder, "run")


def test_the_first_request_of_each_rejected_content_is_read_again_oldest_first(con):
    empty, teaser = (
        archived("https://a.example/1", b"empty", hours=5),
        archived("https://a.example/2", b"teaser", hours=2, hops=("https://a.example/r",)),
    )
    again = archived("https://a.example/1", b"empty", hours=9)
    good = archived("https://a.example/3", b"an article")
    upsert(con, "fetches", [again, good, empty, teaser])
    upsert(
        con, "rejects", [reject("https://a.example/1", empty.raw_sha256), reject("https://a.example/2", teaser.raw_sha256, expectation="too_short")]
    )

    assert rejected_fetches(con) == [teaser, empty]
    assert rejected_fetches(con, "too_short") == [teaser]
    assert rejected_fetches(con, "never_failed") == []


def test_a_reject_without_bytes_in_the_archive_is_not_read_again(con):
    unarchived = replace(archived("https://a.example/1", b"gone"), warc_file=None, warc_offset=None)
    upsert(con, "fetches", [unarchived])
    upsert(con, "rejects", [reject("https://a.example/1", unarchived.raw_sha256), reject("https://a.example/0", None)])
    assert rejected_fetches(con) == []


def test_several_rows_set_aside_from_one_page_read_it_once(con):
    page = archived("https://a.example/1", b"page")
    upsert(con, "fetches", [page])
    upsert(con, "rejects", [reject(f"clm_{n}", page.raw_sha256, table="claims", expectation="text_at_spans") for n in range(3)])
    assert rejected_fetches(con) == [page]


def test_a_page_that_gives_an_article_now_is_no_reject_any_more(con, tmp_path):
    rows = make_article(1)
    raw = rows["articles"][0].raw_sha256
    upsert(con, "rejects", [reject("https://a.example/1", raw), reject("https://a.example/2", "f" * 64), reject("https://a.example/3", None)])
    assert settle_rejects(con) == 0
    load(con, tmp_path, rows)
    assert settle_rejects(con) == 1
    assert left(con) == {("pages", "https://a.example/2"), ("pages", "https://a.example/3")}
    assert settle_rejects(con) == 0


def test_a_page_that_gave_an_article_once_is_settled_also_after_its_text_changed(con, tmp_path):
    old = make_article(1)
    load(con, tmp_path / "1", old)
    load(con, tmp_path / "2", make_article(1, edition=1, run=3))
    upsert(con, "rejects", [reject("https://a.example/1", old["articles"][0].raw_sha256)])
    assert settle_rejects(con) == 1


def test_a_row_is_settled_only_when_it_stands_in_its_table_as_read_from_the_same_bytes(con, tmp_path):
    rows = make_article(1)
    claim, mention, block = rows["claims"][0], rows["mentions"][0], rows["blocks"][0]
    upsert(
        con,
        "rejects",
        [
            reject(claim.claim_id, claim.raw_sha256, "claims", "text_at_spans"),
            reject(mention.mention_id, "e" * 64, "mentions", "offsets_agree"),  # an earlier page said something wrong there: that stays so
            reject(f"{block.article_id}/{block.block_no}", block.raw_sha256, "blocks", "offsets_in_text"),  # a key of two columns
            reject(f"{block.article_id}/77", block.raw_sha256, "blocks", "offsets_in_text"),
            reject(claim.claim_id, claim.raw_sha256, "mentions", "offsets_agree"),  # the key of another table
        ],
    )
    load(con, tmp_path, rows)
    assert settle_rejects(con) == 2
    assert left(con) == {("mentions", mention.mention_id), ("blocks", f"{block.article_id}/77"), ("mentions", claim.claim_id)}


def test_rows_without_bytes_of_their_own_are_settled_by_their_key(con, tmp_path):
    rows = make_article(1)
    url = rows["article_urls"][0]
    key = "/".join(str(getattr(url, k)) for k in schema.primary_key("article_urls"))
    upsert(con, "rejects", [reject(key, None, "article_urls", "url_absolute"), reject("artikel.html", None, "article_urls", "url_absolute")])
    load(con, tmp_path, rows)
    assert settle_rejects(con) == 1
    assert left(con) == {("article_urls", "artikel.html")}


def test_a_failure_settles_nothing(con, tmp_path):
    rows = make_article(1)
    load(con, tmp_path, rows)
    upsert(con, "rejects", [reject("https://a.example/1", rows["articles"][0].raw_sha256)])
    con.execute("DROP TABLE claims")
    with pytest.raises(Exception, match="claims"):
        settle_rejects(con)
    assert left(con) == {("pages", "https://a.example/1")}
