"""Who is told of a change, when, and who is left alone."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from sqlmodel import Session

from portal_app.core import events, live
from portal_app.core.live import Follower, Hub

ONE, TWO, THREE = (Follower(f"socket-{number}", "home.load") for number in (1, 2, 3))


class Listening:
    """A hub that runs, and what it told."""

    def __init__(self) -> None:
        self.hub, self.told, self.is_gone = Hub(), list[Follower](), False
        self.sent, self.left = asyncio.Queue[live.Shown](), set[Follower]()
        self._news = asyncio.Event()

    async def tell(self, follower: Follower) -> bool:
        self.told.append(follower)
        self._news.set()
        return not self.is_gone

    async def send(self, shown: live.Shown) -> set[Follower]:
        await self.sent.put(shown)
        return self.left

    async def __aenter__(self) -> Listening:
        self._task = asyncio.create_task(self.hub.run(self.tell, self.send))
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def next(self) -> Follower:
        await asyncio.wait_for(self._news.wait(), 20)
        self._news.clear()
        return self.told[-1]


def test_only_followers_of_the_topic_are_told():
    async def go() -> None:
        async with Listening() as listening:
            listening.hub.follow(ONE, ["opportunity:a"])
            listening.hub.follow(TWO, ["opportunity:b"])
            listening.hub.touched(["opportunity:b", "opportunity:c"])
            assert await listening.next() == TWO
            assert listening.told == [TWO]

    asyncio.run(go())


def test_a_whole_flow_is_told_in_turn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "TOLD_AT_ONCE", 2)
    hub = Hub()
    for number in range(5):
        hub.follow(Follower(f"socket-{number}", "home.refresh"), ["flow:a"])
    hub.touched(["flow:a"])
    first, *others = sorted(hub._due.values())
    assert [due - first for due in others] == pytest.approx([0, 0, live.EACH_LATER_SECONDS, 2 * live.EACH_LATER_SECONDS])


def test_all_that_one_change_touches_is_told_in_turn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "TOLD_AT_ONCE", 1)
    hub = Hub()
    for follower, topic in ((ONE, "opportunity:a"), (TWO, "opportunity:b")):
        hub.follow(follower, [topic])
    hub.touched(["opportunity:a", "opportunity:b"])
    assert hub._due[TWO] - hub._due[ONE] == pytest.approx(0)
    hub.follow(THREE, ["opportunity:c"])
    hub.touched(["opportunity:a", "opportunity:b", "opportunity:c"])
    assert hub._due[THREE] - hub._due[ONE] >= live.EACH_LATER_SECONDS


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page has read is on it at once."""
    monkeypatch.setattr(live, "SETTLED_SECONDS", -1.0)


def test_pages_of_a_flow_are_sent_what_they_show_some_at_a_time(monkeypatch: pytest.MonkeyPatch, settled):
    monkeypatch.setattr(live, "SENT_IN_ONE_GO", 2)

    async def go() -> None:
        async with Listening() as listening:
            pages = {Follower(f"socket-{number}", "home.refresh"): f"page {number}" for number in range(3)}
            for follower, page in pages.items():
                listening.hub.follow(follower, ["flow:a", "opportunity:a"], shows=page)
            listening.hub.follow(Follower("editor", "editor.refresh"), ["flow:a"])
            listening.hub.touched(["flow:a"])
            parts = [await asyncio.wait_for(listening.sent.get(), 20) for _ in range(2)]
            assert (len(parts[0]), parts[0] | parts[1]) == (2, pages)
            while not listening.told:
                await listening.next()
            assert listening.told == [Follower("editor", "editor.refresh")]
            listening.hub.touched(["opportunity:a"])  # what is somebody's own each reads
            while len(listening.told) < 4:
                await listening.next()
            assert listening.sent.empty()

    asyncio.run(go())


@pytest.mark.parametrize("fails", [False, True])
def test_who_cannot_be_sent_it_is_told_to_read(fails, monkeypatch: pytest.MonkeyPatch, settled):
    async def go() -> None:
        async with Listening() as listening:
            listening.left = {ONE}
            if fails:
                monkeypatch.setattr(listening.sent, "put", None)
            for follower in (ONE, TWO):
                listening.hub.follow(follower, ["flow:a"], shows="a page")
            listening.hub.touched(["flow:a"], by="socket-3")
            while len(listening.told) < 1 + fails:
                await listening.next()
            assert set(listening.told) == ({ONE, TWO} if fails else {ONE})

    asyncio.run(go())


def test_a_page_that_reads_itself_meanwhile_is_sent_nothing_older(monkeypatch: pytest.MonkeyPatch, settled):
    hub = Hub()
    for follower in (ONE, TWO, THREE):
        hub.follow(follower, ["flow:a"], shows=(before := ("a page",)))
    hub.touched(["flow:a"], by="socket-3")  # shows it already
    hub.follow(TWO, ["contact:a"])  # begins to read
    assert hub._outdated == {ONE: before}
    hub.follow(ONE, ["flow:a"], shows=(after := ("a newer page",)))
    assert hub.shows(ONE) is after
    assert hub.shows(Follower("gone", "home.load")) is None
    monkeypatch.setattr(live, "SETTLED_SECONDS", 60.0)
    hub.touched(["flow:a"])  # what it has read may still be on its way to it
    assert (hub._outdated, set(hub._due)) == ({}, {ONE, THREE})


def test_of_very_many_that_one_change_touches_those_that_can_be_are_sent_it(monkeypatch: pytest.MonkeyPatch, settled):
    monkeypatch.setattr(live, "TOLD_AT_ONCE", 1)
    hub = Hub()
    for number, shows in enumerate(("a page", "a page", None, "a page")):
        hub.follow(Follower(f"socket-{number}", "home.refresh"), ["opportunity:a"], shows=shows)
    hub.touched(["opportunity:a"])
    assert len(hub._outdated) + len(hub._due) == 4
    assert len(hub._outdated) >= 2


def test_after_messages_may_have_been_missed_pages_are_sent_what_they_show(settled):
    hub = Hub()
    hub.follow(ONE, ["opportunity:a"], shows="a page")
    hub.follow(TWO, ["opportunity:b"])
    before = time.monotonic()
    hub.everything_changed()
    assert (set(hub._outdated), set(hub._due)) == ({ONE}, {TWO})
    assert hub._due[TWO] - before < live.SPREAD_SECONDS + 2 * live.TOLD_AFTER_SECONDS


def test_what_a_reader_does_is_not_overtaken_and_loses_no_change(monkeypatch: pytest.MonkeyPatch, settled):
    hub = Hub()
    hub.follow(ONE, ["flow:a", "opportunity:a"], shows=("before",))
    hub.touched(["flow:a"])
    hub.show(ONE, after := ("after",))
    assert (hub._outdated, hub.shows(ONE)) == ({ONE: after}, after)
    hub.touched(["opportunity:a"])
    hub.show(ONE, after)
    assert (set(hub._due), hub.followers_of("opportunity:a")) == ({ONE}, {ONE})  # what it was to be told it still is
    hub.show(TWO, after)
    assert hub.size == (1, 2)
    hub._outdated.clear()
    hub._standing[ONE].since = 0.0  # opened long ago
    hub.show(ONE, after)
    monkeypatch.setattr(live, "SETTLED_SECONDS", 60.0)
    hub.touched(["flow:a"])
    assert hub._outdated == {}  # the answer to what its reader did may still be on its way


def test_who_is_due_later_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "GAP_SECONDS", 60.0)

    async def go() -> None:
        async with Listening() as listening:
            listening.hub.follow(ONE, ["opportunity:a"])
            for _ in range(2):
                listening.hub.touched(["opportunity:a"])
                if not listening.told:
                    await listening.next()
            listening.hub.follow(TWO, ["opportunity:b"])
            listening.hub.touched(["opportunity:b"])
            assert await listening.next() == TWO

    asyncio.run(go())


@pytest.mark.parametrize(("topic", "gap"), [("opportunity:a", "GAP_SECONDS"), ("staff", "LIST_GAP_SECONDS")])
def test_many_changes_are_told_once_and_the_last_one_is_not_forgotten(topic, gap, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, gap, 0.2)

    async def go() -> None:
        async with Listening() as listening:
            listening.hub.follow(ONE, [topic])
            for _ in range(100):
                listening.hub.touched([topic])
            await listening.next()
            told_at = listening.hub._standing[ONE].told_at
            for _ in range(100):
                listening.hub.touched([topic])
            assert listening.hub._due == {ONE: pytest.approx(told_at + 0.2)}
            await listening.next()
            assert listening.told == [ONE, ONE]

    asyncio.run(go())


def test_the_page_that_made_the_change_is_not_told():
    async def go() -> None:
        async with Listening() as listening:
            listening.hub.follow(ONE, ["staff"])
            listening.hub.follow(TWO, ["staff"])
            listening.hub.touched(["staff"], by="socket-1")
            assert await listening.next() == TWO
            assert listening.told == [TWO]

    asyncio.run(go())


def test_what_changes_while_a_page_is_read_is_told_as_soon_as_it_follows():
    async def go() -> None:
        async with Listening() as listening:
            before = time.monotonic()
            listening.hub.touched(["opportunity:a"])
            listening.hub.follow(ONE, ["opportunity:a"], since=before)
            assert await listening.next() == ONE
            listening.hub.follow(TWO, ["opportunity:a"], since=time.monotonic())
            listening.hub.touched(["opportunity:b"])
            assert listening.told == [ONE]

    asyncio.run(go())


def test_following_anew_replaces_the_old_and_leaving_leaves_nothing_behind():
    hub = Hub()
    hub.follow(ONE, ["a", "b"])
    hub.follow(ONE, ["b", "c"])
    hub.follow(Follower("socket-1", "bell.load"), ["d"])
    assert (hub.followers_of("a"), hub.followers_of("c")) == (set(), {ONE})
    hub.follow(TWO, ["b"])
    hub.keep_only(["socket-2"])
    assert hub.size == (1, 1)
    hub.leave("socket-2")
    assert hub.size == (0, 0)


def test_a_copy_of_the_worker_is_dropped_before_anybody_reads_it():
    hub, dropped = Hub(), []
    hub.forget_with("company", lambda: dropped.append(len(hub._due)))
    hub.follow(ONE, ["company"])
    hub.touched(["opportunity:a"])
    assert dropped == []
    hub.touched(["company"])
    assert (dropped, set(hub._due)) == ([0], {ONE})
    hub.everything_changed()  # the way to the other workers was broken
    assert len(dropped) == 2


def test_a_socket_that_is_gone_is_forgotten():
    async def go() -> None:
        async with Listening() as listening:
            listening.is_gone = True
            listening.hub.follow(ONE, ["staff"])
            listening.hub.touched(["staff"])
            await listening.next()
            await asyncio.sleep(0)
            assert listening.hub.size == (0, 0)

    asyncio.run(go())


def test_a_page_that_cannot_be_told_does_not_keep_the_others_waiting():
    async def go() -> None:
        hub, told = Hub(), asyncio.Queue()

        async def tell(follower: Follower) -> bool:
            if follower == ONE:
                raise OSError
            await told.put(follower)
            return True

        task = asyncio.create_task(hub.run(tell))
        await asyncio.sleep(0)
        hub.follow(ONE, ["staff"])
        hub.follow(TWO, ["staff"])
        hub.touched(["staff"])
        assert await asyncio.wait_for(told.get(), 20) == TWO
        task.cancel()

    asyncio.run(go())


class Moved(events.DomainEvent):
    opportunity_id: str
    contact_id: str | None = None


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    heard: list[frozenset[str]] = []
    monkeypatch.setattr(live.the_hub, "tell_later", lambda topics, by: heard.append(topics))
    return heard


def test_an_event_is_told_after_the_commit_and_only_then(session: Session, heard: list):
    events.publish(session, Moved(opportunity_id="o1", contact_id="c1"))
    events.publish(session, Moved(opportunity_id="o1"))
    assert heard == []
    session.commit()
    assert heard == [{"opportunity:o1", "contact:c1", "staff"}]
    session.commit()
    assert len(heard) == 1


def test_what_is_rolled_back_is_not_told(session: Session, heard: list):
    events.publish(session, Moved(opportunity_id="o2"))
    session.rollback()
    session.commit()
    session.connection()
    live.touch(session, "opportunity:o1")
    session.commit()
    assert heard == [{"opportunity:o1"}]


def test_a_savepoint_that_ends_well_tells_nobody_before_the_commit(session: Session, heard: list):
    with session.begin_nested():
        live.touch(session, "opportunity:o1")
    assert heard == []
    session.commit()
    assert heard == [{"opportunity:o1"}]


def test_a_savepoint_that_fails_takes_nothing_from_the_rest(session: Session, heard: list):
    live.touch(session, "staff")
    nested = session.begin_nested()
    live.touch(session, "opportunity:o1")
    nested.rollback()
    session.commit()
    assert heard
    assert "staff" in heard[0]
