"""The spool: claims come back by record, in the order in which the store keeps the records."""

from contextlib import closing

from mailuo.exchange.spool import Line, Spool


def _line(number: int, record: str) -> Line:
    return Line(number, record, "paid", 0, "payments", None, None)


def test_a_records_lines_come_together_in_the_order_of_the_file() -> None:
    with closing(Spool()) as spool:
        spool.add([_line(1, "b"), _line(2, "a"), _line(3, "b")])
        assert [numbers for numbers, _ in spool.portions()] == [[2, 1, 3]]


def test_records_come_in_the_order_in_which_the_store_keeps_them() -> None:
    with closing(Spool()) as spool:
        spool.add([_line(1, "a"), _line(2, "b"), _line(3, "unknown"), _line(4, "c"), _line(5, "a")])
        assert [sorted(keys) for keys in spool.records()] == [["a", "b", "c", "unknown"]]
        spool.add_places({"a": "3", "b": "1", "c": "2"})
        assert [numbers for numbers, _ in spool.portions()] == [[3, 2, 4, 1, 5]]
