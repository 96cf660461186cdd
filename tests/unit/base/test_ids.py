"""Ids: unlike each other, and in the order in which they were given out."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from mailuo.base.ids import new_id


def test_ids_sort_in_the_order_in_which_they_were_made() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)


def test_no_two_threads_get_the_same_id() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: new_id(), range(10_000)))
    assert len(set(made)) == len(made)


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = UUID(new_id())
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
