"""Open pages follow what changes elsewhere.

A page follows topics (`opportunity:<id>`, `contact:<id>`, `account:<id>`, `flow:<id>`, `company`, `staff`, `staff:<id>`,
`webhooks`). Whoever changes something touches its topics in their session; after the commit exactly the followers of these
are told, on every worker (Redis carries it to the others). Nobody else does anything: a page that follows something else
costs nothing, and a worker pays one look into a dictionary. What is told is only *that* something changed; the page then
reads what its reader may see, by its own handler. A flow and the company, though, stand on thousands of pages: those that
name what they show are sent it anew, many in one go, without each asking for it. So are they when one change touches very
many.

Telling is a courtesy: nothing is lost when a message is, because the database has it and a page that connects again
reads anew. After the way to Redis was broken, everybody who follows anything is told once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import random
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session

from ..config import settings
from .ids import new_id

log = logging.getLogger(__name__)

STAFF_TOPIC = "staff"
COMPANY_TOPIC = "company"  # its settings
FLOW = "flow:"
CROWDED = (FLOW, COMPANY_TOPIC)  # what thousands of pages may show
TOLD_AFTER_SECONDS = 0.05  # what one transaction and its neighbours change is told once
GAP_SECONDS = 1.0  # how often one page is told at most
LIST_GAP_SECONDS = 1.8  # … and a list of all projects, which costs more to read and changes with each of them
REMEMBERED_SECONDS = 10.0
SPREAD_SECONDS = 1.5
TOLD_AT_ONCE = 100  # of the followers of one change; the others in turn, each so much later
EACH_LATER_SECONDS = 0.02
SENT_IN_ONE_GO = 100  # pages, before others are served
SETTLED_SECONDS = 0.5  # what a page has read may still be on its way to it: nothing newer must overtake that
LONGEST_MESSAGE = 64 * 1024
MOST_WAITING = 1000
RECONNECT_SECONDS = 1.0

# Of the event that is being handled: the socket it came by (which shows what it changes itself), and when it began.
origin: ContextVar[str] = ContextVar("live_origin", default="")
began: ContextVar[float] = ContextVar("live_began", default=0.0)


def opportunity_topic(opportunity_id: str) -> str:
    return f"opportunity:{opportunity_id}"


def contact_topic(contact_id: str) -> str:
    return f"contact:{contact_id}"


def account_topic(account_id: str) -> str:
    return f"account:{account_id}"


def flow_topic(flow_id: str) -> str:
    return f"{FLOW}{flow_id}"


def staff_topic(staff_id: str) -> str:
    """What concerns one staff member only; what concerns the lists of all is `STAFF_TOPIC`."""
    return f"staff:{staff_id}"


class Follower(NamedTuple):
    """A part of a page: the socket it is shown on and the name of the handler that reads it anew."""

    socket_id: str
    handler: str


@dataclass(slots=True)
class _Standing:
    topics: frozenset[str]
    told_at: float = 0.0
    shows: Any = None
    since: float = 0.0


Shown = dict[Follower, Any]  # what each shows
Tell = Callable[[Follower], Awaitable[bool]]
Send = Callable[[Shown], Awaitable[Iterable[Follower]]]


async def _nobody(shown: Shown) -> Iterable[Follower]:
    return shown


class Hub:
    """The followers of one worker. All but `tell_later` is called in the worker's event loop."""

    def __init__(self) -> None:
        self.instance = new_id()
        self._by_topic: defaultdict[str, set[Follower]] = defaultdict(set)
        self._standing: dict[Follower, _Standing] = {}
        self._by_socket: defaultdict[str, set[Follower]] = defaultdict(set)
        self._forgetting: dict[str, Callable[[], None]] = {}
        self._recent: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._due: dict[Follower, float] = {}
        self._woken: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._outgoing: asyncio.Queue[str] | None = None
        self.hears = asyncio.Event()  # set while what other workers say arrives
        self._outdated: Shown = {}
        self._has_outdated = asyncio.Event()
        self.told = 0  # for tests and the benchmark: how often a page was asked to read anew

    # Following

    def follow(self, follower: Follower, topics: Iterable[str], *, since: float = 0.0, shows: Any = None) -> None:
        """Follows these topics from now on, instead of what this follower followed before.

        What was touched after `since`, when the page began to read, may be missing in what it read: it is told at once.
        A page that says what it `shows` is sent that anew when a flow changes.
        """
        if not follower.socket_id:
            return
        before = self._standing.get(follower)
        self._drop(follower)
        standing = _Standing(frozenset(topics), before.told_at if before else 0.0, shows, time.monotonic())
        self._standing[follower] = standing
        self._by_socket[follower.socket_id].add(follower)
        for topic in standing.topics:
            self._by_topic[topic].add(follower)
        if since and any(self._was_touched(topic, since, follower.socket_id) for topic in standing.topics):
            self._make_due(follower, time.monotonic())

    def show(self, follower: Follower, shows: Any) -> None:
        """It shows something else by what its reader did; what it follows stays. What was being read for it is not sent
        any more: it would be older."""
        if standing := self._standing.get(follower):
            standing.shows, standing.since = shows, time.monotonic()
            if follower in self._outdated:
                self._outdated[follower] = shows

    def forget_with(self, topic: str, forget: Callable[[], None]) -> None:
        """Has the worker drop its own copy of what changed, so that the pages which are told do not read that."""
        self._forgetting[topic] = forget

    def leave(self, socket_id: str) -> None:
        """The socket is gone, or shows another page."""
        for follower in list(self._by_socket.get(socket_id, ())):
            self._drop(follower)

    def keep_only(self, socket_ids: Iterable[str]) -> None:
        """Forgets the sockets that are not among these."""
        for socket_id in set(self._by_socket) - set(socket_ids):
            self.leave(socket_id)

    def followers_of(self, topic: str) -> set[Follower]:
        return set(self._by_topic.get(topic, ()))

    def shows(self, follower: Follower) -> Any:
        """What it showed when it began to follow: the same object until it has read itself anew."""
        standing = self._standing.get(follower)
        return standing.shows if standing else None

    @property
    def size(self) -> tuple[int, int]:
        """Followers and topics that are held."""
        return len(self._standing), len(self._by_topic)

    def _drop(self, follower: Follower) -> None:
        standing = self._standing.pop(follower, None)
        self._due.pop(follower, None)
        self._outdated.pop(follower, None)
        if standing is None:
            return
        for topic in standing.topics:
            _discard(self._by_topic, topic, follower)
        _discard(self._by_socket, follower.socket_id, follower)

    # Telling

    def tell_later(self, topics: frozenset[str], by: str) -> None:
        """From any thread, after a commit."""
        if self._loop and not self._loop.is_closed():
            with suppress(RuntimeError):  # closed meanwhile: nobody is left to be told
                self._loop.call_soon_threadsafe(self._told_here, topics, by)

    def _told_here(self, topics: frozenset[str], by: str) -> None:
        self.touched(topics, by)
        if self._outgoing is not None:
            self._outgoing.put_nowait(json.dumps([self.instance, by, sorted(topics)]))

    def touched(self, topics: Iterable[str], by: str = "") -> None:
        """Tells the followers of these topics, but not the page that made the change: it shows it already."""
        at = time.monotonic()
        told: list[Follower] = []
        for topic in topics:
            self._remember(topic, at, by)
            if forget := self._forgetting.get(topic):
                forget()
            for follower in self._by_topic.get(topic, ()):
                if follower.socket_id != by and not (topic.startswith(CROWDED) and self._will_be_sent(follower, at)):
                    told.append(follower)
        many = [follower for follower in told[TOLD_AT_ONCE:] if not self._will_be_sent(follower, at)]
        self._tell_in_turn([*told[:TOLD_AT_ONCE], *many], at)

    def _will_be_sent(self, follower: Follower, at: float) -> bool:
        """Whether it says what it shows: then it need not read it itself."""
        standing = self._standing[follower]
        if not standing.shows or standing.since >= at - SETTLED_SECONDS:
            return False
        self._outdated[follower] = standing.shows
        self._has_outdated.set()
        return True

    def _tell_in_turn(self, followers: Iterable[Follower], at: float) -> None:
        """Each then reads itself anew, which takes the worker some milliseconds: others are served in between."""
        for number, follower in enumerate(followers):
            self._make_due(follower, at + max(0, number - TOLD_AT_ONCE) * EACH_LATER_SECONDS)

    def everything_changed(self) -> None:
        """Messages may have been missed. Everybody is sent what they show or reads it, but not all in the same moment."""
        for forget in self._forgetting.values():
            forget()
        at = time.monotonic()
        for follower in self._standing:
            if not self._will_be_sent(follower, at):
                self._make_due(follower, at + random.uniform(0, SPREAD_SECONDS))

    def _make_due(self, follower: Follower, at: float) -> None:
        if follower not in self._due:
            standing = self._standing[follower]
            gap = LIST_GAP_SECONDS if STAFF_TOPIC in standing.topics else GAP_SECONDS
            self._due[follower] = max(at + TOLD_AFTER_SECONDS, standing.told_at + gap)
            if self._woken:
                self._woken.set()

    def _remember(self, topic: str, at: float, by: str) -> None:
        self._recent[topic] = (at, by)
        self._recent.move_to_end(topic)
        while self._recent and next(iter(self._recent.values()))[0] < at - REMEMBERED_SECONDS:
            self._recent.popitem(last=False)

    def _was_touched(self, topic: str, since: float, socket_id: str) -> bool:
        at, by = self._recent.get(topic, (0.0, ""))
        return at >= since and by != socket_id

    # Running

    async def run(self, tell: Tell, send: Send = _nobody) -> None:
        """Tells who is due until it is cancelled; sleeps while nobody is. `tell` says whether the socket still exists.

        `send` sends pages what they show now, and gives those that have to read it themselves.
        """
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        tasks = [asyncio.create_task(self._send_anew(send))]
        if settings.redis_url:
            self._outgoing = asyncio.Queue()
            tasks += [asyncio.create_task(self._send_on()), asyncio.create_task(self._hear())]
        try:
            while True:
                await self._until_somebody_is_due(self._woken)
                await self._tell_due(tell)
        finally:
            for task in tasks:
                task.cancel()
            self._loop = self._outgoing = None

    async def _until_somebody_is_due(self, woken: asyncio.Event) -> None:
        seconds = max(0.0, min(self._due.values()) - time.monotonic()) if self._due else None
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), seconds)
        woken.clear()

    async def _tell_due(self, tell: Tell) -> None:
        at = time.monotonic()
        for follower in [follower for follower, due in self._due.items() if due <= at]:
            standing = self._standing.get(follower)
            self._due.pop(follower, None)
            if standing is None:
                continue
            standing.told_at = time.monotonic()
            self.told += 1
            try:
                if not await tell(follower):
                    self._drop(follower)
            except Exception:
                log.exception("a page could not be told of a change")

    async def _send_anew(self, send: Send) -> None:
        while True:
            await self._has_outdated.wait()
            await asyncio.sleep(TOLD_AFTER_SECONDS)
            left: list[Follower] = []
            while self._outdated:
                shown = {follower: self._outdated.pop(follower) for follower in [*islice(self._outdated, SENT_IN_ONE_GO)]}
                try:
                    left += await send(shown)
                except Exception:
                    log.exception("pages could not be sent what they show; each reads it")
                    left += shown
                await asyncio.sleep(0)
            self._has_outdated.clear()
            self._tell_in_turn([follower for follower in left if follower in self._standing], time.monotonic())

    # To the other workers and from them

    async def _send_on(self) -> None:
        assert self._outgoing is not None
        message = ""  # kept until it is sent: the others may not have noticed that the line was broken
        while True:
            try:
                async with _redis() as redis:
                    while True:
                        message = message or await self._outgoing.get()
                        await redis.publish(channel(), message)
                        message = ""
            except Exception as error:
                log.warning("other workers could not be told of a change: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
                while self._outgoing.qsize() > MOST_WAITING:  # whoever connects again reads everything anew
                    self._outgoing.get_nowait()

    async def _hear(self) -> None:
        was_broken = False
        while True:
            try:
                async with _redis() as redis, redis.pubsub() as pubsub:
                    await pubsub.subscribe(channel())
                    if was_broken:
                        self.everything_changed()
                    self.hears.set()
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._heard(message["data"])
            except Exception as error:
                log.warning("changes on other workers cannot be heard: %s", type(error).__name__)
            self.hears.clear()
            was_broken = True
            await asyncio.sleep(RECONNECT_SECONDS)

    def _heard(self, data: bytes) -> None:
        try:
            instance, by, topics = json.loads(data[:LONGEST_MESSAGE])
            if instance != self.instance:
                self.touched([str(topic) for topic in topics], str(by))
        except (ValueError, TypeError):
            log.warning("something in the channel of changes is no message of ours")


def _discard(holders: dict[str, set[Follower]], key: str, follower: Follower) -> None:
    held = holders.get(key)
    if held is not None:
        held.discard(follower)
        if not held:
            del holders[key]


def _redis() -> Any:
    from redis.asyncio import Redis  # only where there is one

    # No time-out for reading: a quiet day is not a broken line. The health check finds a line that is.
    return Redis.from_url(settings.redis_url, socket_connect_timeout=5, health_check_interval=30)


def channel() -> str:
    """Of this portal: another one with another database may use the same Redis."""
    return "portal-live:" + hashlib.sha256(settings.database.encode()).hexdigest()[:16]


the_hub = Hub()
_TOUCHED = "live_topics"


def touch(session: Session, *topics: str) -> None:
    """Tells the followers of these topics once the session has committed; nobody when it is rolled back."""
    session.info.setdefault(_TOUCHED, set()).update(topic for topic in topics if topic)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if not session.in_nested_transaction() and (topics := session.info.pop(_TOUCHED, None)):
        the_hub.tell_later(frozenset(topics), origin.get())


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info.pop(_TOUCHED, None)
