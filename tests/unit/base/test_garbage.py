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


def test_what_a_server_is_made_of_is_looked_through_no_more() -> None:
    usual = gc.get_threshold()
    try:
        garbage.settle()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] > usual[0]
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
