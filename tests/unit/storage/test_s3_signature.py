"""Signatures of S3 as AWS documents them ("Authenticating Requests: Using the Authorization Header", examples)."""

import hashlib

import pytest

from mailuo.storage.s3_signature import Pen

PEN = Pen("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
COMMON = {"host": "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z"}
EXAMPLES = [
    (
        "GET", "/test.txt", b"", {"range": "bytes=0-9"},
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    (
        "PUT", "/test%24file.text", b"Welcome to Amazon S3.",
        {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "more", "signature"), EXAMPLES)
def test_a_documented_request_is_signed_as_documented(method, path, body, more, signature) -> None:
    headers = {**COMMON, **more, "x-amz-content-sha256": hashlib.sha256(body).hexdigest()}
    assert PEN.authorization(method, path, headers) == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={';'.join(sorted(headers))},Signature={signature}"
    )


def test_a_pen_does_not_show_its_secret() -> None:
    assert PEN.secret not in repr(PEN)
