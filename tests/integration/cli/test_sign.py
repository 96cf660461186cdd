"""`mailuo sign`: what a scheme makes of secrets and inputs, and what it says to what it cannot read."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Mailuo

SECRETS, INPUTS = {"Token": "t", "EncodingAESKey": "a" * 43, "CorpID": "c"}, {"timestamp": "1", "nonce": "2", "Encrypt": "AAAA"}


def test_a_signature_is_shown_as_json(mailuo: Mailuo, tmp_path: Path) -> None:
    file = tmp_path / "given.json"
    file.write_text(json.dumps({"secrets": {"secret": "It's a Secret to Everybody"}, "inputs": {"raw_body": "Hello, World!"}}))
    outcome = mailuo("sign", "webhook_github", "--file", str(file))
    assert outcome.code == 0
    told = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert json.loads(outcome.out) == {"X-Hub-Signature-256": told}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secrets": {**SECRETS, "EncodingAESKey": "short"}, "inputs": {**INPUTS, "message": "m", "random16": "1" * 16}}, "wecom 读不懂这些 secrets 和 inputs"),
        ({"secrets": {**SECRETS, "Token": "\ud800"}, "inputs": INPUTS}, "应当是"),
        ({"secrets": {}, "inputs": INPUTS}, "wecom 还需要 Token"),
        ({"secrets": []}, "应当是"),
    ],
)
def test_what_cannot_be_read_is_said_without_a_fault(mailuo: Mailuo, tmp_path: Path, given: Any, said: str) -> None:
    file = tmp_path / "given.json"
    file.write_text(json.dumps(given))
    outcome = mailuo("sign", "wecom", "--file", str(file))
    assert (outcome.code, outcome.out) == (1, "")
    assert said in outcome.err
