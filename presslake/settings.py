"""Settings and sources: one TOML file (``sources.toml``), overridden by environment variables ``PRESSLAKE_<KEY>``.

The file has one table ``[settings]`` and one table ``[sources.<source_id>]`` per source. Every key is known: a typo stops at once
with a :class:`~presslake.errors.ConfigError` that names file, key and allowed values.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, IPvAnyNetwork, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from presslake.errors import ConfigError

M = TypeVar("M", bound=BaseModel)
Rights = Literal["metadata", "excerpt", "full_text"]
Selectable = Literal["body", "title", "kicker", "lead", "authors", "published", "remove"]


class Settings(BaseSettings):
    """What holds for the whole house: table ``[settings]``, then the environment."""

    model_config = SettingsConfigDict(extra="forbid", env_prefix="PRESSLAKE_", frozen=True)

    user_agent: str = Field("presslake/0.1 (+https://presslake.example/bot)", description="who is asking, with a contact", min_length=3)
    contact: str | None = Field(None, description="mail address sent as the From header")
    recogniser: str = Field("builtin", description="builtin, spacy:<model> or gliner:<model>")
    workers: int = Field(0, ge=0, le=256, description="processes that parse and extract; 0 means one per core")
    runner: Literal["thread", "process", "dask", "ray"] = Field("process", description="where pages are read")
    runner_address: str | None = Field(None, description="of a running Dask or Ray cluster; without it one is started on this machine")
    store: str | None = Field(
        None, description="folder or s3://bucket/prefix through which archive and rows go, where workers do not share the data directory"
    )
    store_endpoint: str | None = Field(None, description="address of an S3-compatible store; AWS without it")
    fetch_threads: int = Field(8, ge=1, le=256, description="hosts fetched side by side")
    delay_seconds: float = Field(1.0, ge=0, description="seconds from one request to a host to the next; a slow host gets a longer rest")
    timeout_seconds: float = Field(30.0, gt=0, description="wall clock for one request")
    max_bytes: int = Field(20_000_000, ge=1_000, description="decoded bytes of one response")
    max_redirects: int = Field(10, ge=0, le=50, description="redirects followed")
    allow_networks: tuple[IPvAnyNetwork, ...] = Field((), description="private networks that may be fetched (tests, intranets), as CIDR")
    ca_bundle: Path | None = Field(None, description="PEM file of certificate authorities, where those of certifi do not do (intranets)")
    retries: int = Field(2, ge=0, le=10, description="further attempts after a failure that may pass")
    max_wait_seconds: float = Field(60.0, ge=0, description="longest Retry-After that a run waits for; longer ones are left to the next run")
    rules_hours: float = Field(24.0, ge=0, le=24, description="how long robots.txt, tdmrep.json and ai.txt hold before they are fetched again")
    tdm: Literal["mark", "refuse"] = Field("mark", description="pages whose text and data mining is reserved: mark them, or do not store them")
    refetch_days: float = Field(14.0, ge=0, description="how long after its first fetch a page is looked at again, at growing intervals")
    poll_minutes: float = Field(15.0, gt=0, description="shortest interval between two polls of a feed, sitemap or listing")
    poll_hours: float = Field(24.0, gt=0, description="longest interval between two polls of a channel that is quiet")
    dead_after_days: float = Field(30.0, gt=0, description="a channel that failed this long is switched off and announced")
    cc_news_url: str = Field("https://data.commoncrawl.org/", description="where cc-news:YYYY-MM entries of warcs are looked up")
    max_warc_bytes: int = Field(3_000_000_000, ge=1_000, description="size of one WARC file that is downloaded")
    archive_file_bytes: int = Field(1_000_000_000, ge=1_000_000, description="size at which a new archive file is begun")
    retention_days: int | None = Field(None, ge=1, description="raw responses older than this may be removed; none are by default")
    batch_size: int = Field(200, ge=1, description="articles per unit of work")
    snapshots_keep: int = Field(30, ge=1, description="snapshots kept by publish")
    target: str | None = Field(
        None, description="object store that gets every snapshot too: s3://bucket/prefix; credentials as AWS clients find them"
    )
    target_endpoint: str | None = Field(None, description="address of an S3-compatible store (MinIO, SeaweedFS, Ceph); AWS without it")

    log_level: Literal["debug", "info", "warning", "error", "off"] = Field(
        "info", description="of the JSON lines in <data-dir>/logs, one file per run; debug names every request and article"
    )
    logs_keep: int = Field(200, ge=1, description="log files kept")
    lineage: str | None = Field(None, description="file or http(s) address that gets OpenLineage events of every run")
    webhook: str | None = Field(None, description="address that presslake serve has told of blocks, silent sources, failed runs and snapshots")

    @field_validator("webhook")
    @classmethod
    def _webhook(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://\S+", value):
            raise ValueError("expected an http(s) address")
        return value

    @field_validator("target")
    @classmethod
    def _target(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=/-]*)?", value):
            raise ValueError("expected s3://bucket/prefix, without credentials: those belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        return value

    @field_validator("store")
    @classmethod
    def _store(cls, value: str | None) -> str | None:
        if value is not None and not Path(value).is_absolute() and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=/-]*)?", value):
            raise ValueError("expected an absolute folder or s3://bucket/prefix, without credentials")
        return value

    @field_validator("target_endpoint", "store_endpoint")
    @classmethod
    def _endpoint(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^/@\s]+/?", value):
            raise ValueError("expected http(s)://host:port, without credentials")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def _compiles(value: str) -> str:
    try:
        re.compile(value)
    except re.error as e:
        raise ValueError(f"not a regular expression: {e}") from e
    return value


def _selects(value: str) -> str:
    from cssselect import HTMLTranslator, SelectorError

    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as e:
        raise ValueError(f"not a CSS selector: {e}") from e
    return value


class Listing(BaseModel):
    """A page that lists articles, and what their addresses look like."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str
    pattern: str = Field(description="regular expression that article URLs match")

    @field_validator("pattern")
    @classmethod
    def _regular(cls, value: str) -> str:
        return _compiles(value)


class Source(BaseModel):
    """One table ``[sources.<source_id>]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2")
    language: str | None = Field(None, pattern="^[a-z]{2,3}$", description="ISO 639-1")
    time_zone: str | None = Field(None, description="IANA name, for dates without an offset")
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()
    urls: tuple[str, ...] = ()
    warcs: tuple[str, ...] = ()
    include: str | None = Field(None, description="regular expression that addresses from feeds and sitemaps must match")
    exclude: str | None = Field(None, description="regular expression that they must not match")
    max_age_days: int | None = Field(None, ge=1, description="leave out what a feed or sitemap dates older than this")
    delay_seconds: float | None = Field(None, ge=0)
    rights: Rights = "excerpt"
    topics: tuple[str, ...] = ()
    active: bool = True
    selectors: dict[Selectable, Annotated[str, AfterValidator(_selects)]] = Field(default_factory=dict, description="CSS, where the parser errs")

    @field_validator("include", "exclude")
    @classmethod
    def _regular(cls, value: str | None) -> str | None:
        return None if value is None else _compiles(value)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as e:
                raise ValueError("not an IANA time zone, for example Europe/Berlin") from e
        return value


class Config(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    settings: Settings
    sources: dict[str, Source]


def load_config(path: Path, *, required: bool = True) -> Config:
    """Read and validate ``path``. A missing file gives the defaults if not ``required``.

    Raises ConfigError naming file, key and allowed values.
    """
    if not path.exists():
        if required:
            raise ConfigError(f"{path}: no such file; write one (see docs/guides/sources.md) or name another with --config")
        raw: dict[str, Any] = {}
    else:
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            raise ConfigError(f"{path}: not valid TOML: {e}") from e
        except OSError as e:
            raise ConfigError(f"{path}: cannot be read: {e.strerror}") from e
    _only(path, "", raw, ("settings", "sources"))
    settings = _validate(Settings, path, "settings", raw.get("settings", {}))
    sources = raw.get("sources", {})
    if not isinstance(sources, dict):
        raise ConfigError(f"{path}: sources: expected tables [sources.<id>], got {type(sources).__name__}")
    return Config.model_construct(settings=settings, sources={k: _validate(Source, path, f"sources.{k}", v) for k, v in sources.items()})


def _only(path: Path, table: str, given: dict[str, Any], allowed: tuple[str, ...]) -> None:
    for key in given:
        if key not in allowed:
            raise ConfigError(_unknown(path, f"{table}.{key}".lstrip("."), key, allowed))


def _unknown(path: Path, where: str, key: str, allowed: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(key, allowed, 1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{path}: {where}: unknown key; {hint}allowed: {', '.join(allowed)}"


def _validate(model: type[M], path: Path, where: str, given: Any) -> M:
    if not isinstance(given, dict):
        raise ConfigError(f"{path}: {where}: expected a table, got {type(given).__name__}")
    try:
        return model(**given)
    except ValidationError as e:
        error = e.errors()[0]
        key = ".".join(str(p) for p in error["loc"])
        if error["type"] == "extra_forbidden":
            raise ConfigError(_unknown(path, f"{where}.{key}", key, tuple(model.model_fields))) from None
        given_value = "" if key.startswith(("target", "store", "webhook", "lineage")) else f" (got {error.get('input')!r})"  # it may hold credentials
        raise ConfigError(f"{path}: {where}.{key}: {error['msg']}{given_value}") from None
