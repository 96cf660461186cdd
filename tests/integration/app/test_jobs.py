"""Jobs: done once, told on the way, taken over from the dead, and nobody else's business."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from mailuo.app import Application
from mailuo.app.jobs import LEASE, Jobs, LostLease, Result, Task
from mailuo.base.clock import SetClock
from mailuo.base.problems import Refusal
from mailuo.records import SYSTEM, Actor

NURSE = Actor("nurse", "护士", ("nurse",), rights=frozenset({"import"}))


def jobs_of(application: Application, clock: SetClock, run: Callable[[Task], Result]) -> Jobs:
    """Jobs of one kind, `count`."""
    return Jobs(application.store, application.in_force, clock, {"count": run})


def test_a_job_is_done_as_whoever_asked(application: Application, clock: SetClock) -> None:
    seen: list[Task] = []

    def run(task: Task) -> Result:
        seen.append(task)
        task.told(3, 4)
        return Result({"sum": 7})

    jobs = jobs_of(application, clock, run)
    job = jobs.start("count", {"to": 4}, NURSE)
    assert jobs.get(NURSE, job)["state"] == "waiting"
    assert jobs.run_next()
    told = jobs.get(NURSE, job)
    assert (told["state"], told["done"], told["total"], told["result"]) == ("done", 3, 4, {"sum": 7})
    assert (dict(seen[0].payload), seen[0].actor) == ({"to": 4}, NURSE)
    assert not jobs.run_next()


def test_what_is_refused_is_told_in_the_readers_words(application: Application, clock: SetClock) -> None:
    def run(task: Task) -> Result:
        application.records.get(task.actor, "nothing", "1")
        return Result({})

    jobs = jobs_of(application, clock, run)
    job = jobs.start("count", {}, NURSE)
    jobs.run_next()
    told = jobs.get(NURSE, job)
    assert (told["state"], "nothing" in told["error"]) == ("failed", True)
    english = jobs.get(replace(NURSE, language="en"), job)["error"]
    assert ("nothing" in english, english.isascii(), told["error"].isascii()) == (True, True, False)


def test_a_fault_shows_an_id_and_nothing_of_the_inside(application: Application, clock: SetClock) -> None:
    def run(task: Task) -> Result:
        raise ValueError("inside")

    jobs = jobs_of(application, clock, run)
    job = jobs.start("count", {}, NURSE)
    jobs.run_next()
    told = jobs.get(NURSE, job)
    assert told["state"] == "failed"
    assert "inside" not in told["error"]


def test_a_job_whose_worker_died_is_taken_again_and_parked_in_the_end(
    application: Application, clock: SetClock
) -> None:
    class Death(BaseException):
        """The process is gone."""

    def run(task: Task) -> Result:
        raise Death

    jobs = jobs_of(application, clock, run)
    job = jobs.start("count", {}, NURSE)
    for _ in range(5):
        with pytest.raises(Death):
            jobs.run_next()
        assert not jobs.run_next()  # its lease still runs
        clock.advance(LEASE + timedelta(seconds=1))
    assert not jobs.run_next()
    assert jobs.get(NURSE, job)["state"] == "parked"


def test_a_worker_that_lost_its_lease_changes_nothing(application: Application, clock: SetClock) -> None:
    def quick(task: Task) -> Result:
        return Result({"by": "the second"})

    def slow(task: Task) -> Result:
        clock.advance(LEASE + timedelta(seconds=1))
        assert jobs_of(application, clock, quick).run_next()
        with pytest.raises(LostLease):
            task.told(1, 2)
        return Result({"by": "the first"})

    jobs = jobs_of(application, clock, slow)
    job = jobs.start("count", {}, NURSE)
    jobs.run_next()
    assert jobs.get(NURSE, job)["result"] == {"by": "the second"}


def test_somebody_elses_job_is_unknown(application: Application, clock: SetClock) -> None:
    jobs = jobs_of(application, clock, lambda task: Result({}))
    job = jobs.start("count", {}, NURSE)
    with pytest.raises(Refusal) as refusal:
        jobs.get(Actor("x", "x"), job)
    assert refusal.value.code == "not_found"
    assert jobs.get(SYSTEM, job)["id"] == job


def test_an_unknown_kind_is_refused(application: Application) -> None:
    with pytest.raises(Refusal):
        application.jobs.start("dance", {}, NURSE)


def test_an_uploaded_file_is_taken_in_by_a_job(application: Application) -> None:
    content = BytesIO(b"clinic,asked_at\nN,2026-01-15T09:00+08:00\nX,2026-01-15T09:00+08:00\n")
    stored = application.uploads.store(SYSTEM, content, "requests.csv")
    job = application.jobs.start("import", {"table": "requests", "file": stored.id}, SYSTEM)
    application.jobs.run_next()
    told = application.jobs.get(SYSTEM, job)
    assert (told["state"], told["result"]["written"], told["rejects"][0]["row"]) == ("done", 1, 3)
