"""Snapshots in an object store, on a real S3 server on loopback."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from benchmarks.synthetic import make_article, make_articles
from flows import targets
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.snapshots import verify_snapshot
from flows.staging import stage
from flows.targets import publish_to_s3
from presslake import schema
from presslake.errors import ConfigError, PublishError
from presslake.settings import load_config
from tests.servers import s3_server

RUN = schema.make_id("run", "targets")
SECRET = "wJalrXUtnFEMI-nobody-may-see-this"


@pytest.fixture(scope="module")
def server():
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def store(server, monkeypatch, request):
    """A fresh bucket: its endpoint, its address and a client of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=server)
    bucket = f"press-{abs(hash(request.node.nodeid)):x}"
    client.create_bucket(Bucket=bucket)
    return Store(client, bucket, server)


class Store:
    def __init__(self, client, bucket, endpoint):
        self.client, self.bucket, self.endpoint, self.target = client, bucket, endpoint, f"s3://{bucket}/team/press"

    def send(self, result, **options):
        return publish_to_s3(result.path, self.target, endpoint=self.endpoint, **options)

    def names(self):
        return [o["Key"].removeprefix("team/press/") for o in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ())]

    def read(self, key):
        return self.client.get_object(Bucket=self.bucket, Key=f"team/press/{key}")["Body"].read()

    def pointer(self):
        return json.loads(self.read("latest.json"))

    def download(self, folder):
        """What a reader gets who follows the pointer."""
        place = self.pointer()["path"]
        for key in self.names():
            if key.startswith(f"{place}/"):
                path = folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.read(key))
        return folder / place


@pytest.fixture
def house(tmp_path):
    con = open_warehouse(":memory:")
    yield House(con, tmp_path / "data")
    con.close()


class House:
    def __init__(self, con, data_dir):
        self.con, self.data_dir = con, data_dir

    def publish(self, rows, **options):
        folder = self.data_dir / "staging" / str(len(list((self.data_dir / "staging").glob("*"))))
        stage(folder, "b", rows)
        merge_staged(self.con, folder, RUN)
        return publish(self.con, self.data_dir, RUN, **options)


def test_the_store_holds_the_snapshot_byte_for_byte_and_the_pointer_names_it(store, house, tmp_path):
    result = house.publish(make_articles(range(4)))
    sent = store.send(result)
    assert sent.moved
    assert sent.url == f"{store.target}/{result.snapshot_id}"
    assert verify_snapshot(store.download(tmp_path / "copy")) == []
    assert store.pointer() == json.loads((house.data_dir / "snapshots" / "latest.json").read_text())
    assert not store.send(result).moved, "a second publish of the same changes nothing"


def test_a_file_that_stayed_is_copied_within_the_store(store, house, tmp_path):
    store.send(house.publish(make_articles(range(4))))
    sent = store.send(house.publish(make_article(50, run=45)))
    assert sent.copied > 0
    assert sent.uploaded > 0
    assert verify_snapshot(store.download(tmp_path / "copy")) == []


def test_only_so_many_snapshots_are_kept_in_the_store_and_never_the_current_one_lost(store, house, tmp_path):
    results = [house.publish(make_article(n)) for n in range(3)]
    for result in results:
        time.sleep(1.1)  # a store dates its objects in whole seconds
        sent = store.send(result, keep=2)
    assert len(sent.removed) == 1
    assert results[0].snapshot_id in sent.removed
    assert not [k for k in store.names() if k.startswith(results[0].snapshot_id)]
    assert verify_snapshot(store.download(tmp_path / "copy")) == []


def test_an_interrupted_publish_moves_nothing_and_the_next_completes_it(store, house, tmp_path, monkeypatch):
    first = house.publish(make_articles(range(4)))
    store.send(first)
    second = house.publish(make_article(9))
    real, left = targets._Store.put_new, [4]

    def fail(self, key, path):
        left[0] -= 1
        if left[0] < 0:
            raise _store_error("SlowDown", "PutObject")
        return real(self, key, path)

    monkeypatch.setattr(targets._Store, "put_new", fail)
    with pytest.raises(PublishError, match=r"SlowDown; .*publish` again; what latest\.json named there still stands"):
        store.send(second)
    assert store.pointer()["snapshot_id"] == first.snapshot_id
    monkeypatch.undo()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert store.send(second).moved
    assert verify_snapshot(store.download(tmp_path / "copy")) == []


def _store_error(code, operation):
    from botocore.exceptions import ClientError

    return ClientError({"Error": {"Code": code}}, operation)


def test_a_pointer_that_another_moved_meanwhile_is_left_alone(store, house, monkeypatch):
    first, second = house.publish(make_articles(range(3))), house.publish(make_article(7))
    real = targets._send_files

    def slow(*args):
        monkeypatch.setattr(targets, "_send_files", real)
        store.send(first)  # another publisher, faster
        return real(*args)

    monkeypatch.setattr(targets, "_send_files", slow)
    with pytest.raises(PublishError, match="another publisher moved it"):
        store.send(second)
    assert store.pointer()["snapshot_id"] == first.snapshot_id


def test_two_publishers_at_once_leave_one_whole_snapshot_and_one_hears_of_it(store, house, tmp_path):
    # the same rows published twice under the same id, with different reports: nothing of the one may end in the other
    results = []
    for number in (1, 2):
        other = House(house.con, tmp_path / f"house{number}")
        results.append(other.publish(make_articles(range(3)), report=lambda d, n=number: (d / "report.html").write_text(f"report {n}")))
    assert results[0].snapshot_id == results[1].snapshot_id

    def send(result):
        try:
            return store.send(result).moved
        except PublishError as e:
            return str(e)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(send, results))
    assert True in outcomes
    assert verify_snapshot(store.download(tmp_path / "copy")) == []
    for result in results:  # one after the other both come through
        assert store.send(result, keep=5).moved in (True, False)
        assert verify_snapshot(store.download(tmp_path / f"copy-{result.path.parts[-3]}")) == []


def test_what_is_read_back_differently_never_gets_the_pointer(store, house, monkeypatch):
    result = house.publish(make_articles(range(2)))
    monkeypatch.setattr(targets._Store, "content_hash", lambda self, key: "0" * 64)
    with pytest.raises(PublishError, match="read back"):
        store.send(result)
    assert "latest.json" not in store.names()


def test_a_lost_answer_to_the_swap_is_not_taken_for_a_lost_race(store, house, monkeypatch):
    result = house.publish(make_articles(range(2)))
    real = targets._Store._try

    def lose(self, call, accept):
        answer = real(self, call, accept)
        return None if accept == targets._TAKEN | targets._MISSING else answer

    monkeypatch.setattr(targets._Store, "_try", lose)
    assert store.send(result).moved


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("bucket", "NoSuchBucket; create the bucket or correct settings.target"),
        ("endpoint", "settings.target_endpoint is right"),
        ("credentials", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ("refused", "AccessDenied; these credentials need"),
        ("old", "must know conditional writes"),
    ],
)
def test_each_failure_names_its_remedy_and_no_secret(store, house, monkeypatch, change, words):
    result = house.publish(make_articles(range(2)))
    target, endpoint = store.target, store.endpoint
    if change == "bucket":
        target = "s3://no-such-bucket/press"
    elif change == "endpoint":
        endpoint = "http://127.0.0.1:9"
    elif change == "credentials":
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    else:
        code = {"refused": "AccessDenied", "old": "NotImplemented"}[change]
        monkeypatch.setattr(targets._Store, "put_new", lambda *args: (_ for _ in ()).throw(_store_error(code, "PutObject")))
    with pytest.raises(PublishError, match=words) as caught:
        publish_to_s3(result.path, target, endpoint=endpoint)
    assert SECRET not in str(caught.value)
    assert verify_snapshot(result.path) == [], "the local snapshot stands"


@pytest.mark.parametrize(
    "line", ['target = "s3://key:hidden@bucket/press"', 'target = "/srv/share"', 'target_endpoint = "http://key:hidden@store:9000"']
)
def test_a_wrong_target_stops_at_once_without_showing_credentials(tmp_path, line):
    path = tmp_path / "sources.toml"
    path.write_text(f"[settings]\n{line}\n")
    with pytest.raises(ConfigError, match=r"settings\.target.*expected") as caught:
        load_config(path)
    assert "hidden" not in str(caught.value)


def test_the_settings_bring_a_publish_to_the_store(store, tmp_path):
    from flows import steps

    config = tmp_path / "sources.toml"
    config.write_text(f'[settings]\ntarget = "{store.target}"\ntarget_endpoint = "{store.endpoint}"\n')
    stage(tmp_path / "staging", "b", make_articles(range(3)))
    con = open_warehouse(tmp_path / "press.duckdb")
    merge_staged(con, tmp_path / "staging", RUN)
    con.close()
    result = steps.publish(steps.begin("publish", str(tmp_path), str(config), required=False))
    assert store.pointer()["snapshot_id"] == result.snapshot_id
    assert f"{result.snapshot_id}/report.html" in store.names()


def test_a_rollback_moves_the_pointer_in_the_store_too(store, house, tmp_path):
    from flows import steps

    config = tmp_path / "sources.toml"
    config.write_text(f'[settings]\ntarget = "{store.target}"\ntarget_endpoint = "{store.endpoint}"\n')
    first, second = house.publish(make_articles(range(2))), house.publish(make_article(7))
    store.send(first)
    store.send(second)
    assert steps.rollback(house.data_dir, config, first.snapshot_id) == first.snapshot_id
    assert store.pointer()["snapshot_id"] == first.snapshot_id
    assert verify_snapshot(store.download(tmp_path / "copy")) == []
