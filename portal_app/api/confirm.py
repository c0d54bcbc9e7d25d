"""Links that confirm an e-mail address. Looking changes nothing and says the same for every link; a click confirms."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask

from ..access import desk
from ..access.languages import reader_language
from ..core.database import run_write, session_scope
from ..core.http import client_address
from ..core.limits import is_allowed
from ..core.texts import server_text
from ..customers.email_change import Confirmed, confirm_email
from ..customers.rules import SignUpForm
from ..customers.sign_up import confirm_sign_up, request_sign_up
from .cookies import device_of, language_of, session_token, signed_in
from .json_forms import answered, ok, read_form
from .plain_page import plain_page

router = APIRouter()

CLICKS_PER_CLIENT = "60/15minutes"

ASK_EMAIL = (
    server_text("Confirm your address"),
    server_text("You asked {company} to write to another address. One tap confirms it."),
    server_text("Yes, this is right"),
)
ONE = (
    server_text("Thank you, one more to go"),
    server_text("This address is confirmed. Now open the mail to the other address and confirm it there too."),
    server_text("Open my portal"),
)
BOTH = (
    server_text("Your address is changed"),
    server_text("Both addresses are confirmed. From now on we write to the new one, and you sign in with it."),
    server_text("Open my portal"),
)
ASK_SIGN_UP = (
    server_text("Welcome"),
    server_text("Confirm that this address is yours, and your portal opens."),
    server_text("Confirm and open my portal"),
)
ENDED = (
    server_text("This link has ended"),
    server_text("It was used already, a newer one is on its way, or its time is over. Nothing was changed by it."),
    server_text("Open my portal"),
)


def _say(request: Request, words: tuple[str, str, str], page: str = "", status: int = 200) -> Response:
    title, text, button = words
    if not page:
        return plain_page(request, title=title, text=text, button=button)
    return plain_page(request, title=title, text=text, button=button, action=page, method="get", status=status)


def _may_click(request: Request) -> bool:
    return is_allowed(CLICKS_PER_CLIENT, "confirm", client_address(request.scope))


@router.api_route("/confirm/email/{token:path}", methods=["GET", "HEAD"])
def show_email(request: Request, token: str) -> Response:
    """Changes nothing: mail programmes open links before people do."""
    return _say(request, ASK_EMAIL)


@router.post("/confirm/email/{token:path}")
def click_email(request: Request, token: str) -> Response:
    """Confirms one of the two addresses, on whatever device; nobody gets in by it."""
    done = Confirmed.ENDED
    if _may_click(request):
        with session_scope() as session:
            done = confirm_email(session, token)
    if done is Confirmed.ENDED:
        return _say(request, ENDED, "/account", 410)
    return _say(request, BOTH if done is Confirmed.BOTH else ONE, "/account")


@router.api_route("/confirm/sign-up/{token:path}", methods=["GET", "HEAD"])
def show_sign_up(request: Request, token: str) -> Response:
    return _say(request, ASK_SIGN_UP)


@router.post("/confirm/sign-up/{token:path}")
def click_sign_up(request: Request, token: str) -> Response:
    """Makes the customer and opens the portal."""
    opened, language = None, ""
    if _may_click(request):
        with session_scope() as session:
            opened = confirm_sign_up(session, token, device_of(request), replaces=session_token(request))
            language = language_of(session, opened) if opened else ""
    if opened is None:
        return _say(request, ENDED, "/sign-in", 410)
    return signed_in(request, RedirectResponse("/home", 303), opened, language)


@router.post("/api/sign-up")
async def sign_up(request: Request) -> Response:
    """The same answer for every address. The mail is made after the answer has gone out."""

    async def work() -> Response:
        form = await read_form(request, SignUpForm)
        if not form.language:
            form.language = reader_language(request.headers.get("cookie", ""), request.headers.get("accept-language", ""))
        await run_write(request_sign_up, form, client_address(request.scope))
        answer = ok()
        answer.background = BackgroundTask(desk.see_to_requests_soon)
        return answer

    return await answered(work)
