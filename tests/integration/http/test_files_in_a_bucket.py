"""Files over HTTP that lie in a bucket of S3: handed out whole and in parts, and what is said while it is away."""

from collections.abc import Iterator
from io import BytesIO

import pytest

from mailuo.storage.engine import Store
from tests.integration.http.conftest import Serve, Shop, codes
from tests.s3_server import KEYS, S3Service, s3_service

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 1500
PARTS = [
    ("bytes=0-8", 0, 9),
    ("bytes=300000-300009", 300_000, 300_010),
    ("bytes=300000-", 300_000, len(PDF)),
    ("bytes=-7", len(PDF) - 7, len(PDF)),
]


@pytest.fixture(params=["folder", "bucket"])
def keeping(request: pytest.FixtureRequest, serve: Serve) -> Iterator[Shop]:
    """The shop, whose files lie in a folder and in a bucket."""
    store = Store.memory()
    service: S3Service | None = request.getfixturevalue("s3") if request.param == "bucket" else None
    yield serve(store, {"MAILUO_FILES_URL": service.url, **KEYS} if service else {})
    store.close()


@pytest.fixture
def far(serve: Serve, s3: S3Service) -> Iterator[Shop]:
    """The shop, whose files lie in a bucket."""
    store = Store.memory()
    yield serve(store, {"MAILUO_FILES_URL": s3.url, **KEYS})
    store.close()


@pytest.mark.parametrize(("asked", "first", "end"), PARTS)
def test_a_part_of_a_file_is_handed_out_alone(keeping: Shop, asked: str, first: int, end: int) -> None:
    clerk = keeping.caller("clerk")
    file = clerk.upload("签收单.pdf", PDF).get_json()["id"]
    with clerk.call("GET", f"/files/{file}", headers={"Range": asked}) as found:
        assert (found.status_code, found.data) == (206, PDF[first:end])
        assert found.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(PDF)}"


def test_the_whole_is_handed_out_with_its_size(keeping: Shop) -> None:
    clerk = keeping.caller("clerk")
    file = clerk.upload("签收单.pdf", PDF).get_json()["id"]
    with clerk.get(f"/files/{file}") as found:
        assert (found.status_code, found.data, found.content_length) == (200, PDF, len(PDF))
        known = found.headers["ETag"]
    with clerk.call("GET", f"/files/{file}", headers={"If-None-Match": known}) as same:
        assert (same.status_code, same.data) == (304, b"")
    with clerk.call("GET", f"/files/{file}", headers={"Range": f"bytes={len(PDF)}-"}) as beyond:
        assert beyond.status_code == 416
    with clerk.call("GET", f"/files/{file}", headers={"Range": "bytes=0-1", "If-Range": '"other"'}) as changed:
        assert (changed.status_code, changed.data) == (200, PDF)
    with clerk.call("HEAD", f"/files/{file}") as head:
        assert (head.status_code, head.data, head.content_length) == (200, b"", len(PDF))


def test_of_a_part_in_a_bucket_no_more_is_fetched(far: Shop, s3: S3Service) -> None:
    clerk = far.caller("clerk")
    file = clerk.upload("签收单.pdf", PDF).get_json()["id"]
    with clerk.call("GET", f"/files/{file}", headers={"Range": "bytes=300000-300009"}) as found:
        assert len(found.data) == 10
    assert [part for method, _, part in s3.asked if method == "GET"] == ["bytes=300000-"]


def test_while_the_bucket_is_away_files_are_and_nothing_else(serve: Serve) -> None:
    store = Store.memory()
    with s3_service() as service:
        shop = serve(store, {"MAILUO_FILES_URL": service.url, **KEYS})
        clerk, stranger = shop.caller("clerk"), shop.stranger()
        file = clerk.upload("签收单.pdf", PDF).get_json()["id"]
        ready = stranger.call("GET", "//readyz")
        assert (ready.status_code, ready.get_json()["files"]) == (200, "ok")
    for answer in (clerk.get(f"/files/{file}"), clerk.upload("b.pdf", PDF)):
        assert (answer.status_code, codes(answer)) == (503, [(None, "files_away")])
        assert answer.headers["Retry-After"]
        assert service.endpoint not in answer.text
    assert clerk.order(channel="MP")["id"]
    ready = stranger.call("GET", "//readyz")
    assert (ready.status_code, ready.get_json()["store"], ready.get_json()["files"]) == (200, "ok", "away")
    store.close()


def test_an_import_reads_its_file_from_the_bucket(far: Shop, s3: S3Service) -> None:
    clerk = far.caller("admin")
    content = b"channel,ordered_at\nTM,2026-01-15T09:00:00+08:00\n"
    job = clerk.call(
        "POST", "/tables/orders/import", data={"file": (BytesIO(content), "a.csv")}, content_type="multipart/form-data"
    )
    assert job.status_code == 202, job.text
    far.application.jobs.run_next()
    assert clerk.get(f"/jobs/{job.get_json()['job']}").get_json()["state"] == "done"
    assert [record["channel"] for record in clerk.get("/tables/orders/records").get_json()["records"]] == ["TM"]
    assert "GET" in {method for method, *_ in s3.asked}
