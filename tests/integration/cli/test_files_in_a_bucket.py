"""An installation whose files lie in a bucket of S3: how it starts, what the doctor says, how it is backed up."""

import io
import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailuo.app import opened
from mailuo.base.settings import Settings
from mailuo.records import SYSTEM
from tests.integration.cli.conftest import Mailuo
from tests.integration.cli.test_serving import served
from tests.s3_server import KEY, KEYS, SECRET, S3Service, s3_service

CONTENT = b"%PDF-1.4 a report"


@pytest.fixture
def far(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Service]:
    """The service in which the environment has files lie."""
    with s3_service() as service:
        monkeypatch.setenv("MAILUO_FILES_URL", service.url)
        for name, value in KEYS.items():
            monkeypatch.setenv(name, value)
        yield service


def _settings(home: Path, service: S3Service) -> Settings:
    return Settings.from_environment({"MAILUO_HOME": str(home), "MAILUO_FILES_URL": service.url, **KEYS})


def test_the_doctor_tells_where_files_lie_and_no_secret(mailuo: Mailuo, published: Path, far: S3Service) -> None:
    outcome = mailuo("doctor")
    assert outcome.code == 0, outcome.out
    assert far.url.replace("/files?", "/files/?") in outcome.out
    far.failures = [403]
    ill = mailuo("doctor")
    assert (ill.code, ill.out.count("! ")) == (1, 1)
    assert "附件存储 s3://attachments/company/files/" in ill.out
    assert all(secret not in outcome.out + ill.out + ill.err for secret in (SECRET, KEY))


def test_a_server_starts_only_where_its_files_are_kept(
    mailuo: Mailuo, published: Path, home: Path, far: S3Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    far.failures = [403]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    refused = mailuo("serve", "--port", str(port))
    assert (refused.code, "密钥" in refused.err) == (1, True)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")
    assert "AWS_SECRET_ACCESS_KEY" in mailuo("doctor").err


def test_a_server_keeps_files_in_the_bucket(mailuo: Mailuo, published: Path, home: Path, far: S3Service) -> None:
    token = mailuo("token", "add", "robot", "--role", "admin").last
    with served() as server:
        site = f"http://127.0.0.1:{server.port}"
        assert server.get("/readyz")["files"] == "ok"
        boundary = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + CONTENT + b"\r\n--b--\r\n"
        )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=b"}
        with urllib.request.urlopen(urllib.request.Request(f"{site}/api/v1/files", boundary, headers)) as answer:
            file = json.load(answer)["id"]
        part = {"Authorization": f"Bearer {token}", "Range": "bytes=9-"}
        with urllib.request.urlopen(urllib.request.Request(f"{site}/api/v1/files/{file}", headers=part)) as answer:
            assert (answer.status, answer.read()) == (206, CONTENT[9:])
        _, log = server.end()
    assert CONTENT in far.objects.values()
    assert SECRET not in log


def test_a_backup_carries_files_from_a_bucket_into_a_folder(
    mailuo: Mailuo, published: Path, home: Path, far: S3Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(_settings(home, far)) as application:
        file = application.uploads.store(SYSTEM, io.BytesIO(CONTENT), "a.pdf")
    assert mailuo("backup", "saved.zip").code == 0
    monkeypatch.setenv("MAILUO_HOME", str(tmp_path / "again"))
    monkeypatch.setenv("MAILUO_FILES_URL", str(tmp_path / "files again"))
    assert mailuo("restore", "saved.zip").code == 0
    assert (tmp_path / "files again" / file.key[:2] / file.key).read_bytes() == CONTENT


@pytest.mark.parametrize("command", [["backup", "saved.zip"], ["restore", "saved.zip"]])
def test_without_the_bucket_nothing_is_saved_or_brought_back(
    mailuo: Mailuo, published: Path, far: S3Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    if command[0] == "restore":
        assert mailuo("backup", "saved.zip").code == 0
        monkeypatch.setenv("MAILUO_HOME", str(tmp_path / "again"))
    far.failures = [403]
    refused = mailuo(*command)
    assert (refused.code, "密钥" in refused.err) == (1, True)
    assert not (tmp_path / "again").exists()
    assert (tmp_path / "saved.zip").exists() is (command[0] == "restore")
