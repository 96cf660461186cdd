"""Suggestions for a link input: records of the other table, by what people call them."""

from collections.abc import Iterator

from mailuo.records import Query
from mailuo_web.http.asking import application
from mailuo_web.pages.conditions import condition_of
from mailuo_web.pages.subject import NAME, Subject

MOST = 12


def suggested(subject: Subject, words: str) -> Iterator[tuple[str, str]]:
    """The (key, label) of records whose name or label holds the words; only what may be asked is looked into."""
    asks = subject.running.policy.access(subject.actor).asks
    names = [name for name in dict.fromkeys((NAME, subject.label_field() or NAME)) if name in subject.table.fields]
    conditions = [
        condition_of(name, "contains", words.strip(), "text") for name in names if asks(subject.table.id, (name,))
    ]
    if not conditions or not words.strip():
        return
    query = Query(filter=conditions[0] if len(conditions) == 1 else f"OR({', '.join(conditions)})", limit=MOST)
    for record in application().records.page(subject.actor, subject.table.id, query).records:
        yield record.key, str(record.values.get(NAME) or subject.label(record))
