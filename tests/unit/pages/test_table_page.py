"""The table page: its columns, its address, its heads, chips and menus, for whoever looks at it."""

from collections.abc import Callable

import pytest

from mailuo.fields import User
from mailuo_web.pages.address import Address
from mailuo_web.pages.columns import chosen_columns
from mailuo_web.pages.condition_choice import choice_for, kind_of
from mailuo_web.pages.grid import GridPage, Listed
from mailuo_web.pages.looks import look_of
from mailuo_web.pages.subject import Subject, shown_by

Subjects = Callable[..., Subject]


def grid(subject: Subject, address: Address, view: str | None = None) -> GridPage:
    declared = look_of(subject.table.views[view]) if view else None
    return GridPage(subject, address, declared, chosen_columns(subject, declared, address.columns), Listed())


def test_a_table_with_a_flow_begins_with_key_and_lifeline(subject: Subjects) -> None:
    assert [one.id for one in chosen_columns(subject(), None, ())][:4] == [
        "referral_no",
        "lifeline",
        "waiting",
        "since",
    ]


def test_a_view_says_its_columns_and_the_lifeline_joins_them(subject: Subjects) -> None:
    view = look_of(subject().table.views["urgent"])
    shown = [one.id for one in chosen_columns(subject(), view, ())]
    assert shown == ["referral_no", "lifeline", "waiting", "since", "clinic", "fee"]


def test_whoever_chooses_columns_gets_just_these(subject: Subjects) -> None:
    assert [one.id for one in chosen_columns(subject(), None, ("note", "clinic"))] == ["referral_no", "note", "clinic"]


def test_a_hidden_field_has_no_column(subject: Subjects) -> None:
    view = look_of(subject().table.views["urgent"])
    assert "fee" not in [one.id for one in chosen_columns(subject("doctor"), view, ())]


def test_a_table_without_key_is_known_by_its_first_text(subject: Subjects) -> None:
    columns = chosen_columns(subject(table="patients"), None, ())
    assert (columns[0].id, columns[0].style) == ("name", "key")


def test_a_masked_field_cannot_be_sorted_by(subject: Subjects) -> None:
    columns = {one.id: one for one in chosen_columns(subject("nurse", table="patients"), None, ())}
    assert (columns["name"].sort, columns["phone"].sort) == ("name", "")


def test_the_view_fills_formula_and_chips_until_the_address_says_otherwise(subject: Subjects) -> None:
    address = Address("/tables/referrals/views/urgent")
    page = grid(subject(), address, "urgent")
    assert (page.filter, [chip.name for chip in page.chips], page.unsaved) == ("{urgent}", ["加急"], False)
    other = grid(subject(), Address(address.path, filter=""), "urgent")
    assert (other.filter, other.chips, other.unsaved) == ("", (), True)


def test_a_chip_is_dropped_by_its_link(subject: Subjects) -> None:
    page = grid(subject(), Address("/tables/referrals", filter='AND({clinic} = "N", {urgent})', sort="fee"))
    assert [(chip.value, chip.without) for chip in page.chips] == [
        ("北院", "/tables/referrals?filter=%7Burgent%7D&sort=fee"),
        ("是", "/tables/referrals?filter=%7Bclinic%7D+%3D+%22N%22&sort=fee"),
    ]


@pytest.mark.parametrize(
    ("sort", "shown", "following"), [("", "", "fee"), ("fee", "ascending", "-fee"), ("-fee", "descending", "fee")]
)
def test_a_head_sorts_up_then_down(subject: Subjects, sort: str, shown: str, following: str) -> None:
    head = next(
        one for one in grid(subject(), Address("/t", sort=sort or None, columns=("fee",))).columns if one.id == "fee"
    )
    assert head.sorted == shown
    assert head.sort_href == f"/t?sort={following}&columns=fee"


def test_only_what_may_be_asked_can_become_a_condition(subject: Subjects) -> None:
    assert "fee" not in [one.id for one in grid(subject("doctor"), Address("/t")).askable]
    assert "fee" in [one.id for one in grid(subject(), Address("/t")).askable]


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("clinic", "choice", ["北院", "南院"]),
        ("urgent", "boolean", []),
        ("fee", "number", []),
        ("asked_at", "moment", []),
        ("labels", "tags", []),
        ("seen", "node", []),
        ("status", "choice", ["收到转诊", "分诊", "就诊", "检查", "回复", "已撤回"]),
        ("note", "text", []),
    ],
)
def test_each_kind_of_field_is_asked_in_its_own_way(
    subject: Subjects, name: str, kind: str, options: list[str]
) -> None:
    assert kind_of(subject(), name) == kind
    assert [one.title for one in choice_for(subject(), name).options] == options


def test_an_empty_page_says_what_to_do_next(subject: Subjects) -> None:
    assert grid(subject(), Address("/t")).empty.href == "/tables/referrals/new"
    assert grid(subject(), Address("/t", filter="{urgent}")).empty.title == "没有符合条件的记录"
    assert grid(subject("doctor"), Address("/t")).empty.href == ""


@pytest.mark.parametrize(("written", "read"), [("role:nurse", "护士"), ("role:gone", "role:gone"), ("李敏", "李敏")])
def test_a_role_among_people_is_called_by_its_title(subject: Subjects, written: str, read: str) -> None:
    assert shown_by(User(), written, subject()) == read


def test_an_exit_is_told_by_its_title_like_a_node(subject: Subjects) -> None:
    assert subject().shown_value("status", "withdrawn") == "已撤回"
