"""One way to an S3-compatible object store: what ``s3://bucket/prefix`` names, and a client for it."""

from __future__ import annotations

from typing import Any

from presslake.errors import ConfigError


def split_url(url: str) -> tuple[str, str]:
    """Bucket and prefix; the prefix ends with a slash where it is not empty.

    >>> split_url("s3://press/daily/"), split_url("s3://press")
    (('press', 'daily/'), ('press', ''))
    """
    bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
    return bucket, f"{prefix}/" if prefix else ""


def require(setting: str) -> None:
    """Raise ConfigError, naming ``setting``, where boto3 is not installed."""
    try:
        import boto3  # noqa: F401
    except ImportError as e:
        raise ConfigError(f"settings.{setting} names an object store: pip install 'presslake[s3]' (boto3), or leave {setting} out") from e


def make_client(endpoint: str | None, connections: int = 10) -> Any:
    """A client that retries and gives up in time; credentials come from where AWS clients look."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=10, read_timeout=60, max_pool_connections=connections)
    return boto3.Session().client("s3", endpoint_url=endpoint, config=config)
