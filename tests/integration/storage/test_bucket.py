"""A bucket of S3: what is asked of the service, and what is told when it does not do it."""

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from mailuo.base.s3_address import S3Address, parse_s3
from mailuo.storage.bucket import Bucket
from mailuo.storage.faults import FilesAway
from tests.s3_server import KEYS, SECRET, S3Service, s3_service

CONTENT = bytes(range(256)) * 4096


@pytest.fixture
def address(s3: S3Service) -> S3Address:
    """Where the bucket is."""
    found = parse_s3(s3.url, KEYS)
    assert found is not None
    return found


@pytest.fixture
def bucket(address: S3Address) -> Iterator[Bucket]:
    """The bucket, which holds one object."""
    with closing(Bucket(address)) as found:
        found.put("k", [CONTENT])
        yield found


def _why(bucket: Bucket) -> str:
    with pytest.raises(FilesAway) as away:
        bucket.open("k")
    return away.value.why.code


def test_objects_lie_below_the_prefix(s3: S3Service, bucket: Bucket) -> None:
    assert s3.objects == {"company/files/k": CONTENT}


def test_only_what_is_read_is_fetched(s3: S3Service, bucket: Bucket) -> None:
    with bucket.open("k", len(CONTENT) - 10) as content:
        assert content.read() == CONTENT[-10:]
    assert s3.asked[1:] == [("GET", "company/files/k", f"bytes={len(CONTENT) - 10}-")]


def test_bytes_that_break_off_on_their_way_in_are_not_kept(s3: S3Service, bucket: Bucket) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - the exception of who brings the bytes
        bucket.put("half", broken())
    assert "company/files/half" not in s3.objects


def test_a_reader_is_told_when_bytes_break_off_on_their_way_out(s3: S3Service, bucket: Bucket) -> None:
    s3.cut = 1000
    with pytest.raises(FilesAway), bucket.open("k") as content:
        content.read()


@pytest.mark.parametrize("failure", [0, 500, 503])
def test_what_fails_in_passing_is_asked_again(s3: S3Service, bucket: Bucket, failure: int) -> None:
    s3.failures = [failure, failure]
    bucket.put("again", [b"x"])
    assert s3.objects["company/files/again"] == b"x"


@pytest.mark.parametrize(("failure", "code"), [(403, "s3_keys_refused"), (301, "s3_refused"), (503, "s3_refused")])
def test_what_fails_for_good_is_told(s3: S3Service, bucket: Bucket, failure: int, code: str) -> None:
    s3.failures = [failure] * 3
    assert _why(bucket) == code


def test_what_is_not_there_is_not_found_and_not_missed_when_removed(bucket: Bucket) -> None:
    bucket.remove("k")
    bucket.remove("k")
    with pytest.raises(FileNotFoundError):
        bucket.open("k")


def test_a_bucket_that_is_well_has_no_trouble(bucket: Bucket) -> None:
    assert bucket.trouble() is None
    assert bucket.answers()


def test_a_quick_look_writes_once(s3: S3Service, bucket: Bucket) -> None:
    assert [bucket.answers() for _ in range(3)] == [True] * 3
    assert [method for method, *_ in s3.asked].count("PUT") == 2


WRONG = [
    ({"bucket": "nothing-here"}, "has no bucket nothing-here"),
    ({"secret": "other"}, "refuses the keys"),
    ({"key_id": "OTHER"}, "refuses the keys"),
    ({"region": "elsewhere"}, "refuses the keys"),
    ({"endpoint": "http://127.0.0.1:9"}, "does not answer"),
    ({"endpoint": "http://nowhere.invalid"}, "does not answer"),
]


@pytest.mark.parametrize(("change", "why"), WRONG)
def test_what_is_wrong_with_a_bucket_is_said_in_both_languages_without_a_secret(
    address: S3Address, caplog: pytest.LogCaptureFixture, change: dict[str, str], why: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with closing(Bucket(replace(address, **change))) as bucket:  # type: ignore[arg-type]  # texts, all of them
        problem = bucket.trouble()
        assert not bucket.answers()
    assert problem is not None
    assert why in problem.text("en")
    assert "附件存储 s3://" in problem.text("zh")
    assert all(
        secret not in problem.text("en") + problem.text("zh") + caplog.text
        for secret in (SECRET, KEYS["AWS_ACCESS_KEY_ID"])
    )


def test_a_bucket_that_comes_back_serves_again(address: S3Address, s3: S3Service) -> None:
    with s3_service() as other:
        bucket = Bucket(replace(address, endpoint=other.endpoint))
        bucket.put("k", [CONTENT])
    assert _why(bucket) == "s3_silent"
    with s3_service(other.port) as again, closing(bucket):
        again.objects.update(other.objects)
        with bucket.open("k") as content:
            assert content.read() == CONTENT
