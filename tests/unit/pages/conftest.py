"""A small workspace of referrals, and subjects of its tables for different people."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mailuo.base.problems import Language
from mailuo.metadata import load
from mailuo.metadata.model import Manifest
from mailuo.metadata.names import directory_of
from mailuo.records import Actor, Running
from mailuo.records.policy import Policy
from mailuo_web.pages.subject import Subject
from mailuo_web.texts import Say

NOW = datetime(2026, 1, 17, 2, 24, tzinfo=UTC)
FILES = {
    "tables/workspace.yaml": "workspace: 门诊\ntimezone: Asia/Shanghai\nsources: {desk: 前台系统}\n",
    "tables/patients.yaml": """
table: patients
title: 病人
fields:
  name: {title: 姓名, type: text, required: true}
  phone: {title: 电话, type: phone, personal: true}
""",
    "tables/referrals.yaml": """
table: referrals
title: 转诊
key: {field: referral_no, pattern: "{clinic}{asked_at:%Y%m%d}-{seq:03}", restart: [clinic, day]}
fields:
  clinic: {title: 诊所, type: choice, options: {N: 北院, S: 南院}}
  asked_at: {title: 申请时间, type: datetime}
  promised_at: {title: 约定时间, type: datetime}
  patient: {title: 病人, type: link, to: patients}
  fee: {title: 费用, type: money, min: 0}
  urgent: {title: 加急, type: boolean, default: false}
  report: {title: 报告, type: file, accept: [application/pdf]}
  labels: {title: 标签, type: tags}
  note: {title: 备注, type: long_text}
flow:
  nodes:
    received: {title: 收到转诊, by: [desk]}
    triaged: {title: 分诊, by: [role:nurse]}
    seen: {title: 就诊, after: [triaged], by: [role:doctor, role:locum], requires: [report], evidence: {photo: required, note: optional}}
    tested: {title: 检查, after: [triaged], when: "{urgent}", by: [role:nurse]}
    answered: {title: 回复, after: [seen, tested], by: [role:doctor]}
  closed_by: answered
  exits:
    withdrawn: {title: 已撤回, by: [role:nurse]}
views:
  urgent: {title: 加急单, type: grid, filter: "{urgent}", sort: [-asked_at], columns: [referral_no, clinic, fee]}
""",
    "tables/roles.yaml": """
roles:
  nurse:
    title: 护士
    tables:
      referrals: {see: all, create: true, change: [note, labels]}
      patients: {see: all, mask: [phone]}
  doctor:
    title: 医生
    tables:
      referrals: {see: all, change: all, hide: [fee]}
  locum:
    title: 代班医生
    tables:
      referrals: {see: all, mask: [report]}
""",
    "automations/alerts.yaml": """
alerts:
  seen_late:
    title: 就诊超时
    level: red
    on: referrals
    when: {waiting_for: seen, longer_than: 2h}
    notify: {roles: [doctor], via: wecom}
  answer_early:
    title: 提前回复
    level: green
    on: referrals
    when: {reached: answered, earlier_than: promised_at, by: 24h}
    notify: {everyone: true, via: popup}
""",
}

Subjects = Callable[..., Subject]


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """The checked workspace."""
    loaded = load(FILES)
    assert isinstance(loaded, Manifest), [problem.line() for problem in loaded]
    return loaded


@pytest.fixture(scope="session")
def running(manifest: Manifest) -> Running:
    """The workspace made ready, without a store."""
    directory = directory_of(manifest)
    policy = Policy(manifest, directory)
    return Running(1, manifest, {}, directory, policy, ZoneInfo("Asia/Shanghai"), "sqlite", {})


@pytest.fixture
def subject(running: Running) -> Subjects:
    """Makes a subject: the referrals as an admin sees them in Chinese, unless said otherwise."""

    def make(role: str = "admin", language: Language = "zh", table: str = "referrals") -> Subject:
        actor = Actor("p1", "李敏", (role,))
        return Subject(running, actor, running.manifest.tables[table], Say(language), NOW)

    return make
