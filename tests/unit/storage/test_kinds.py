"""The kind of a file follows from its bytes, whatever it is called."""

import pytest

from mailuo.storage.kinds import kind_of


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"%PDF-1.4 ...", "a.png", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a.pdf", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.jpg", "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "a", "image/webp"),
        ("姓名,电话\n张三,1".encode(), "a.csv", "text/csv"),
        ("姓名".encode()[:-1], "a.txt", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.png", "text/plain"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><script>", "a.csv", "text/plain"),
        (b"", "a.png", "text/plain"),
        (b"\x00\x01\x02\x03nothing known", "a.pdf", "application/octet-stream"),
    ],
)
def test_the_bytes_decide(head: bytes, name: str, kind: str) -> None:
    assert kind_of(head, name) == kind
