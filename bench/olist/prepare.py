"""Preparing: the public data set's files become what the product imports: a CSV a table, and one of claims.

The times of an order are claims, each in the name of who said it and received when it happened: so the past can be
asked about as it was known. Lines of claims stand in the order of the data set's columns, a record's far apart.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = Mapping[str, str]

CUSTOMERS = {"customer_no": "customer_id", "person": "customer_unique_id", "zip": "customer_zip_code_prefix",
             "city": "customer_city", "state": "customer_state"}  # fmt: skip
ORDERS = {"order_no": "order_id", "customer": "customer_id", "outcome": "order_status",
          "purchased_at": "order_purchase_timestamp", "promised_at": "order_estimated_delivery_date"}  # fmt: skip
CLAIMS = (
    ("paid", "payments", "order_approved_at"),
    ("picked_up", "carrier", "order_delivered_carrier_date"),
    ("signed", "carrier", "order_delivered_customer_date"),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The files to import, and how many records and claims they hold."""

    customers: Path
    orders: Path
    claims: Path
    count: int
    claimed: int


def prepare(data: Path, into: Path) -> Prepared:
    """The files below a folder, made of the data set's."""
    orders = list(rows(data / "olist_orders_dataset.csv.gz"))
    customers = rows(data / "olist_customers_dataset.csv.gz")
    people, sold, said = into / "customers.csv", into / "orders.csv", into / "claims.csv"
    write(people, list(CUSTOMERS), ([row[name] for name in CUSTOMERS.values()] for row in customers))
    write(sold, list(ORDERS), ([row[name] for name in ORDERS.values()] for row in orders))
    claimed = write(said, ["record", "node", "at", "source", "received_at"], _claims(orders))
    return Prepared(people, sold, said, len(orders), claimed)


def rows(path: Path) -> Iterator[Row]:
    """The rows of one of the data set's files."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def write(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> int:
    """How many lines were written below the header."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for count, line in enumerate(lines, start=1):  # noqa: B007 - the last count is the answer
            writer.writerow(line)
    return count


def _claims(orders: Sequence[Row]) -> Iterator[Sequence[str]]:
    for node, source, column in CLAIMS:
        for order in orders:
            at = order[column]
            if at:
                yield order["order_id"], node, at, source, at
