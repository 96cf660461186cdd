"""What XML from outside says, and what is not read of it."""

import pytest

from mailuo.connectors.signing.documents import document_of, texts_of


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"id": 12345678901234567890}', {"id": "12345678901234567890"}),
        ("<xml><no>YT1</no><state>3</state><none/></xml>", {"no": "YT1", "state": "3", "none": ""}),
        ('<?xml version="1.0" encoding="UTF-8"?>\n<a><b><![CDATA[张 & <三>]]></b></a>', {"b": "张 & <三>"}),
        ("<a><t>1</t><t>2</t></a>", {"t": ["1", "2"]}),
        ('<a v="1"><b k="x">y</b></a>', {"v": "1", "b": {"k": "x", "text": "y"}}),
        ('<s:E xmlns:s="urn:x"><s:B><n>1</n></s:B></s:E>', {"B": {"n": "1"}}),
        ("<a>only text</a>", "only text"),
        ("\ufeff<a><b>1</b></a>", {"b": "1"}),
    ],
)
def test_a_body_says_its_members(body: str, told: object) -> None:
    assert document_of(body.encode()) == told


def test_the_encoding_that_a_document_names_is_the_one_it_is_read_in() -> None:
    assert document_of('<?xml version="1.0" encoding="GBK"?><a><b>签收</b></a>'.encode("gbk")) == {"b": "签收"}


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!-- <![CDATA[ --><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a><!-- ]]> -->',
        b"<a>" * 65 + b"</a>" * 65,
        b"<a>" * 300_000,
        b"<a>" + b"<b/>" * 60_000 + b"</a>",
        b"<a><b></a>",
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b"<a>\xff</a>",
        b"<a>\x00</a>",
        b"",
        b"no=1",
    ],
)
def test_what_is_no_document_or_a_trick_says_nothing(body: bytes) -> None:
    assert document_of(body) is None


def test_the_single_values_of_a_document_are_what_a_signature_covers() -> None:
    document = document_of(b'{"a": 1.0, "b": true, "c": null, "d": [1], "e": {"f": 1}, "g": "x"}')
    assert texts_of(document) == {"a": "1.0", "b": "true", "c": "", "g": "x"}
