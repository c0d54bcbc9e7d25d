"""What every page shares: notices, errors that speak, a busy flag."""

import logging
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import reflex as rx
from pydantic import BaseModel
from reflex.event import Event
from reflex.state import BaseState, StateUpdate
from reflex.utils.format import format_event_handler
from sqlmodel import Session

from ..access.actors import PUBLIC, SERVER, Actor
from ..company.schemas import public_values
from ..company.service import company_snapshot
from ..core import live
from ..core.database import run_write
from ..core.errors import InvalidForm, NotAllowed, NotFound, NothingChangesHere, PortalError
from ..core.texts import LANGUAGES, msg
from ..customers.service import set_language
from . import page_language
from .handlers import current_actor, handler
from .i18n import Said, say, say_values
from .live import Delta, delta_of, read_together

log = logging.getLogger(__name__)

SIGN_IN_PAGE = "/sign-in"
STAFF_SIGN_IN_PAGE = "/staff/sign-in"
PAGE_SECONDS = 5.0  # from the company's values until the page follows them
CHANGED_ELSEWHERE = msg("Something changed here meanwhile. Load the page again when you are ready.")


class Notice(BaseModel):
    number: int
    kind: str  # ok | info | error
    said: Said
    is_of_staff: bool = False  # whose door has its words


class ShellState(rx.State):
    notices: list[Notice] = []
    is_changed_elsewhere: bool = False  # a var of its own: the crowd of a page is told at once, whatever else each reads
    news: Said = Said()  # what went well elsewhere, told to a crowd in the same way
    company_now: dict[str, Any] = {}  # its public values, once they have changed under the open page
    _last_notice: int = 0

    def _add_notice(self, said: Said, kind: str) -> None:
        """What is said again takes the place of what was said before, and so does what went well of what did not."""
        self._last_notice += 1
        others = [notice for notice in self.notices if notice.said != said and {notice.kind, kind} != {"ok", "error"}]
        notice = Notice(number=self._last_notice, kind=kind, said=said, is_of_staff=is_of_staff(self.router.url.path))
        self.notices = [*others[-2:], notice]

    def _forget_notices(self) -> None:
        """What waits to be closed was said of what stood here before, and the other door may lack the words of the rest."""
        self.is_changed_elsewhere = False  # the page may have been told without this state (`live.read_together`)
        here = is_of_staff(self.router.url.path)
        kept = [notice for notice in self.notices if notice.kind == "ok" and notice.is_of_staff == here]
        if kept != self.notices:
            self.notices = kept

    @handler(PUBLIC)
    def close_notice(self, number: int):
        self.notices = [notice for notice in self.notices if notice.number != number]

    @handler(PUBLIC)
    def close_changed(self):
        self.is_changed_elsewhere = False

    @handler(PUBLIC)
    def close_news(self):
        self.news = Said()

    @handler(PUBLIC)
    def company_changed(self):
        self.company_now = public_values(company_snapshot())

    @handler(PUBLIC)
    async def remember_language(self, language: str):
        """Keeps the choice of whoever is signed in, so that mail speaks it too."""
        actor = current_actor.get()
        if language in LANGUAGES:
            page_language.remember(self.router.session.session_id, language)
            if actor and not actor.viewer_id:
                await run_write(set_language, actor, language)

    def _say_changed(self) -> None:
        """Something changed elsewhere that the page does not show. Said once until it is closed."""
        self.is_changed_elsewhere = True

    @handler(SERVER)
    def something_broke(self, text: str = PortalError.text):
        self._add_notice(say(text), "error")


def is_of_staff(path: str) -> bool:
    return f"{path}/".startswith("/staff/")


def follow_company(socket_id: str) -> None:
    """What is in a customer's menu is the company's to decide, at any moment; also just before the page was there."""
    name = format_event_handler(ShellState.event_handlers["company_changed"])
    live.the_hub.follow(live.Follower(socket_id, name), [live.COMPANY_TOPIC], since=time.monotonic() - PAGE_SECONDS,
                        shows=ShownCompany(socket_id))


class ShownCompany(NamedTuple):
    """A page that shows what everybody may know of the company."""

    socket_id: str


@read_together(ShownCompany)
def _read_company(_session: Session, pages: Sequence[ShownCompany]) -> list[Delta | None]:
    return [delta_of(ShellState, company_now=public_values(company_snapshot()))] * len(pages)


def tell_of_exception(exception: Exception) -> rx.event.EventSpec | None:
    """Reflex's own handler shows a toast by eval, which the content security policy forbids."""
    if isinstance(exception, NothingChangesHere):  # who only looks wrote into something that is kept while one types
        return ShellState.something_broke(exception.text)
    log.error("handler failed: %s", type(exception).__name__, exc_info=exception)
    return ShellState.something_broke()


def forget_what_is_shown_once(state: BaseState) -> None:
    """Secrets and numbers that somebody asked to see are in no first frame, also after a reload of that very tab."""
    for name in getattr(state, "SHOWN_ONCE", ()):
        setattr(state, name, "")
    for substate in state.substates.values():
        forget_what_is_shown_once(substate)


def to_page(address: str) -> list[Event]:
    return Event.from_event_type(rx.redirect(address, replace=True))


def to_sign_in(path: str, why: str = "expired") -> list[Event]:
    """`why`: the session has ended ("expired"), or nobody was signed in ("first"). The browser keeps the place."""
    page = STAFF_SIGN_IN_PAGE if is_of_staff(path) else SIGN_IN_PAGE
    return Event.from_event_type(rx.redirect(f"{page}?why={why}"))


async def refusal(state: BaseState) -> StateUpdate:
    """The answer to an event that the actor may not send: a notice, and nothing else."""
    (await state.get_state(ShellState))._add_notice(say(NotAllowed.text), "error")
    root = state._get_root_state()
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta)


class PortalState(rx.State, mixin=True):
    """Mixed into every page's state: `class OffersState(PortalState, rx.State)`."""

    busy: bool = False
    is_loaded: bool = False
    is_missing: bool = False
    has_failed: bool = False
    field_errors: dict[str, Said] = {}

    SHOWN_ONCE: ClassVar[tuple[str, ...]] = ()  # vars that a page which is opened or loaded anew does not show again

    @property
    def _actor(self) -> Actor:
        """Who acts, reading the language that the page is shown in: what the server words must not mix with it."""
        actor = current_actor.get()
        if actor is None:
            raise NotAllowed
        router = self.router
        language = page_language.of(router.session.session_id, router.headers.cookie or "")
        return replace(actor, language=language) if language else actor

    def _query(self, name: str) -> str:
        """A value of the page's address, as the client names it: parse it before use."""
        return str(self.router.url.query_parameters.get(name, ""))[:200]

    @property
    def _language(self) -> str:
        """The language that the page is shown in, for what the server words."""
        return self._actor.language

    def _follow(self, *topics: str, by: str = "load", shows: Any = None) -> None:
        """Has the handler `by` of this state called when something of these topics (`core.live`) changes elsewhere.

        It holds until the page is left or reloaded, and is called at most once a second. A page on which people enter
        something names a handler that leaves alone what is open, and at most calls `_say_changed`: what somebody types is
        never overwritten. What the page changes itself does not come back to it. What a page `shows` is of a kind that is
        `live.read_together`: where many show the same, all of them are read in one go.
        """
        live.the_hub.follow(self._follower(by), topics, since=live.began.get(), shows=shows)

    def _shows(self, shows: Any, by: str) -> None:
        """What it shows has changed by what its reader did here."""
        live.the_hub.show(self._follower(by), shows)

    def _follower(self, by: str) -> live.Follower:
        return live.Follower(self.router.session.session_id, format_event_handler(type(self).event_handlers[by]))

    async def _say_changed(self) -> None:
        (await self.get_state(ShellState))._say_changed()

    async def _notify(self, text: str, kind: str = "ok", **values: Any) -> None:
        (await self.get_state(ShellState))._add_notice(say(text, **values), kind)

    async def _forget_notices(self) -> None:
        (await self.get_state(ShellState))._forget_notices()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Reads what the page shows. There may be nothing such for its reader, or it can't be read, which is logged; the
        page says so."""
        self.is_missing = self.has_failed = False
        try:
            yield
        except NotFound:
            self.is_missing = True
        except Exception:
            log.exception("what %s shows could not be read", type(self).__name__)
            self.has_failed = True
        self.is_loaded = True

    @asynccontextmanager
    async def _showing_errors(self) -> AsyncIterator[None]:
        """Errors of the product become messages at their fields or a notice; others go to the exception handler."""
        self.field_errors = {}
        try:
            yield
        except InvalidForm as error:
            self.field_errors = {field: say_values(text, values) for field, (text, values) in error.errors.items()}
        except PortalError as error:
            said = say_values(error.text, error.values)
            if error.field:
                self.field_errors = {error.field: said}
            else:
                (await self.get_state(ShellState))._add_notice(said, "error")
        finally:
            self.busy = False
