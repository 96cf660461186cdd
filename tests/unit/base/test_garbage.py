"""Garbage: seldom looked for while much is made, as usual afterwards."""

import gc

from mailuo.base import garbage


def test_garbage_is_looked_for_seldom_until_the_last_work_has_ended() -> None:
    usual = gc.get_threshold()
    with garbage.seldom_looked_for():
        with garbage.seldom_looked_for():
            seldom = gc.get_threshold()
        assert gc.get_threshold() == seldom
    assert seldom[0] > 10 * usual[0]
    assert gc.get_threshold() == usual
