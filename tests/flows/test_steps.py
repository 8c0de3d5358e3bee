"""Steps that spare work: only where it would find what it found before."""

import dataclasses
import datetime as dt

import pytest

from benchmarks.synthetic import make_articles
from flows import check, steps
from flows.archive import files
from flows.load import merge_staged, open_warehouse
from flows.staging import stage
from presslake.settings import Config
from tests.flows.test_retention import write_run


@pytest.fixture
def ctx(tmp_path):
    ctx = steps.begin("daily", str(tmp_path / "data"), str(tmp_path / "none.toml"), required=False)
    _load(ctx, range(5))
    return ctx


def _load(ctx, numbers):
    stage(ctx.staging, str(numbers), make_articles(numbers))
    con = open_warehouse(ctx.warehouse)
    merge_staged(con, ctx.staging, ctx.run_id)
    con.close()


@pytest.fixture
def checked(monkeypatch):
    """Counts how often the warehouse was really checked."""
    calls = []
    monkeypatch.setattr(check, "check_warehouse", lambda *args, **options: calls.append(options) or check.CheckResult())
    return calls


def test_what_was_published_as_it_is_is_not_checked_again(ctx, checked):
    steps.check(ctx, unless_published=True)
    assert len(checked) == 1  # nothing was published yet
    steps.publish(ctx)
    steps.check(ctx, unless_published=True)
    assert len(checked) == 1
    steps.check(ctx)
    assert len(checked) == 2


def test_any_change_since_the_last_snapshot_is_checked(ctx, checked):
    steps.publish(ctx)
    _load(ctx, range(5, 6))
    steps.check(ctx, unless_published=True)
    assert len(checked) == 1


def test_another_version_of_presslake_checks_by_its_own_expectations(ctx, checked, monkeypatch):
    steps.publish(ctx)
    monkeypatch.setattr("flows.publish.code_version", lambda: "999")
    steps.check(ctx, unless_published=True)
    assert len(checked) == 1


def test_every_check_leaves_a_page_that_opens_from_disk(ctx):
    steps.check(ctx)
    page = (ctx.data_dir / "checks.html").read_text()
    assert "expectations, " in page
    assert "<summary>claims: " in page
    assert "http" not in page


@pytest.mark.parametrize(("days", "left"), [(None, 2), (200, 2), (90, 1)])
def test_the_archive_is_kept_as_long_as_the_settings_say(ctx, days, left):
    for age in (100, 1):
        write_run(ctx.data_dir, ctx.started_at - dt.timedelta(days=age), {f"https://b.example/{age}": b"<p>" * 50})
    settings = ctx.config.settings.model_copy(update={"retention_days": days})
    steps.retain(dataclasses.replace(ctx, config=Config.model_construct(settings=settings, sources={})))
    assert len(files(ctx.data_dir)) == left
