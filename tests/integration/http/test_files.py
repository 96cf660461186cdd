"""Files over HTTP: stored under names of our own, handed out as attachments to who may see them."""

from io import BytesIO
from pathlib import Path

import pytest

from tests.integration.http.conftest import Shop, codes

HOSTILE_NAMES = [
    "../../../../schemas/orders.yaml", "..\\..\\x", "/etc/passwd", "a\r\nSet-Cookie: x=1", "\u202egnp.exe", "CON",
    "x" * 300 + ".pdf", "签收单.pdf", "", ".htaccess", "a\u0000.png", "%2e%2e%2fx", 'a"; filename="b',
]  # fmt: skip


def test_a_file_is_known_by_its_content_and_its_digest(shop: Shop) -> None:
    stored = shop.caller("clerk").upload("签收单.pdf", b"%PDF-1.4\n").get_json()
    assert set(stored) == {"id", "name", "size", "sha256"}
    assert (stored["name"], stored["size"]) == ("签收单.pdf", 9)


def test_a_file_comes_back_as_an_attachment_under_its_name(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    stored = clerk.upload("签收单.pdf", b"%PDF-1.4\n").get_json()
    found = clerk.get(f"/files/{stored['id']}")
    assert (found.status_code, found.data) == (200, b"%PDF-1.4\n")
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%E7%AD%BE%E6%94%B6%E5%8D%95.pdf" in found.headers["Content-Disposition"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Security-Policy"].startswith("sandbox")
    found.close()


def test_a_picture_that_can_run_is_never_shown(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    found = clerk.get(f"/files/{clerk.upload('a.svg', svg).get_json()['id']}")
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert found.mimetype not in ("text/html", "application/xhtml+xml")
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    found.close()


def test_only_who_brought_it_sees_a_file_until_a_record_holds_it(shop: Shop) -> None:
    clerk, finance, packer = shop.caller("clerk"), shop.caller("finance"), shop.caller("packer")
    file = clerk.upload("a.pdf", b"%PDF-1.4\n").get_json()["id"]
    assert finance.get(f"/files/{file}").status_code == 404
    record = clerk.order(channel="MP", photo=file)
    assert record["photo"]["name"] == "a.pdf"
    found = finance.get(f"/files/{file}")
    assert found.status_code == 200
    found.close()
    assert packer.get(f"/files/{file}").status_code == 404


def test_somebody_elses_file_is_not_to_be_put_into_a_record(shop: Shop) -> None:
    file = shop.caller("finance").upload("a.pdf", b"%PDF-1.4\n").get_json()["id"]
    refused = shop.caller("clerk").post(
        "/tables/orders/records", {"channel": "TM", "ordered_at": "2026-01-15T09:00:00", "photo": file}
    )
    assert refused.status_code == 422


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_only_ever_data(shop: Shop, tmp_path: Path, name: str) -> None:
    clerk = shop.caller("clerk")
    stored = clerk.upload(name, b"hello")
    assert stored.status_code in (201, 422), stored.text
    if stored.status_code == 201:
        found = clerk.get(f"/files/{stored.get_json()['id']}")
        assert (found.status_code, found.data) == (200, b"hello")
        assert "Set-Cookie" not in found.headers
        assert "\u202e" not in found.headers["Content-Disposition"]
        found.close()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and "secret" not in path.name]
    assert all(path.is_relative_to(tmp_path / "served" / "files") for path in written)


def test_a_form_without_a_file_and_another_body_are_refused(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    form = clerk.call("POST", "/files", data={"other": "x"}, content_type="multipart/form-data")
    assert form.status_code == 422
    assert clerk.post("/files", {"file": "x"}).status_code == 415


def test_of_two_files_none_is_taken(shop: Shop) -> None:
    two = [(BytesIO(b"one"), "a.txt"), (BytesIO(b"two"), "b.txt")]
    refused = shop.caller("clerk").call("POST", "/files", data={"file": two}, content_type="multipart/form-data")
    assert (refused.status_code, codes(refused)) == (422, [("file", "required")])
