"""Suggestions for a link input: records of the other table, by what people call them."""

from collections.abc import Iterator

from mailuo.records import Query
from mailuo_web.http.asking import application
from mailuo_web.pages.conditions import condition_of
from mailuo_web.pages.subject import Subject

MOST = 12


def suggested(subject: Subject, words: str) -> Iterator[tuple[str, str]]:
    """The (key, label) of records whose label holds the words; none where the label may not be asked."""
    label = subject.label_field()
    asks = subject.running.policy.access(subject.actor).asks
    if label is None or not words.strip() or not asks(subject.table.id, (label,)):
        return
    query = Query(filter=condition_of(label, "contains", words.strip(), "text"), limit=MOST)
    for record in application().records.page(subject.actor, subject.table.id, query).records:
        yield record.key, subject.label(record)
