"""Why something came to nothing, in the reader's language."""

from mailuo.base.problems import Message
from mailuo.base.reasons import Failure, kept, reason_in, reason_of, together

BAD = Message("invalid", zh="“{found}”不对", en="'{found}' is wrong")
SAID = Message("answered", zh="HTTP {status}", en="HTTP {status}")
FAILED = Message("failed", zh="没有成功：{why_zh}", en="it failed: {why_en}")


def test_a_reason_is_told_in_the_readers_language() -> None:
    text = kept(BAD(found="甲"), BAD(found="乙"))
    assert reason_in(text, "en") == "'甲' is wrong; '乙' is wrong"
    assert reason_in(text, "zh") == "“甲”不对; “乙”不对"


def test_a_reason_within_another_is_told_in_the_same_language() -> None:
    text = kept(FAILED(why=reason_of(kept(BAD(found="甲")))))
    assert [reason_in(text, "zh"), reason_in(text, "en")] == ["没有成功：“甲”不对", "it failed: '甲' is wrong"]
    assert together(BAD(found="甲"), SAID(status=500)).text("en") == "'甲' is wrong; HTTP 500"


def test_words_that_are_the_same_in_every_language_are_kept_as_they_are() -> None:
    assert kept(SAID(status=503)) == "HTTP 503"


def test_what_was_kept_as_words_alone_stays_as_it_is() -> None:
    plain = (None, "fault 1a2b", '{"a": 1}', '{"zh": broken', '{"zh": "a"}', '{"zh": 1, "en": 2}')
    assert [reason_in(text, "en") for text in plain] == list(plain)
    assert reason_of("fault 1a2b").text("zh") == "fault 1a2b"


def test_what_an_outside_system_says_is_never_read_as_a_reason() -> None:
    said = kept(Message("answered", zh="{said}", en="{said}")(said='{"zh": "甲", "en": "a"}'))
    assert reason_in(said, "en") == '{"zh": "甲", "en": "a"}'


def test_a_failure_tells_why() -> None:
    failure = Failure(BAD(found="甲"))
    assert (str(failure), failure.why.text("zh")) == ("'甲' is wrong", "“甲”不对")
