"""Why something was put aside, in the reader's language."""

from mailuo.automations.reasons import kept, reason_in
from mailuo.base.problems import Message

BAD = Message("invalid", zh="“{found}”不对", en="'{found}' is wrong")


def test_a_reason_is_told_in_the_readers_language() -> None:
    text = kept([BAD(found="甲"), BAD(found="乙")])
    assert reason_in(text, "en") == "'甲' is wrong; '乙' is wrong"
    assert reason_in(text, "zh") == "“甲”不对; “乙”不对"


def test_what_was_kept_as_words_alone_stays_as_it_is() -> None:
    assert [reason_in(text, "en") for text in (None, "fault 1a2b", '{"a": 1}')] == [None, "fault 1a2b", '{"a": 1}']
