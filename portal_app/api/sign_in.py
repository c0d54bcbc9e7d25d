"""Signing in by code (customers) and by password (staff). The pages send JSON here and follow `next`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import EmailStr, Field, StringConstraints, field_validator
from sqlmodel import Session
from starlette.background import BackgroundTask

from ..access import codes, desk, staff_sign_in
from ..access.errors import NOT_A_CODE, CodeEnded, CodeWrong
from ..access.rules import code_key
from ..company.service import company_snapshot
from ..core.database import run_write
from ..core.forms import FieldError, Form
from ..core.http import client_address
from .cookies import device_of, language_of, session_token, signed_in
from .json_forms import answered, ok, read_form

router = APIRouter(prefix="/api")

CUSTOMER_START, STAFF_START = "/home", "/staff"


class AddressForm(Form):
    email: EmailStr = Field(max_length=254)


class CodeForm(AddressForm):
    code: str = Field(min_length=1, max_length=20)

    @field_validator("code")
    @classmethod
    def _could_be_one(cls, code: str) -> str:
        """What can't be a code costs no try."""
        if not code_key(code):
            raise FieldError(NOT_A_CODE)
        return code


# Not stripped: spaces belong to a password.
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=False)]


class PasswordForm(AddressForm):
    password: Password


class NewPasswordForm(Form):
    token: str = Field(min_length=1, max_length=200)
    password: Password


@router.post("/sign-in/request")
async def request_code(request: Request) -> Response:
    """The same answer for every address. The code is made and mailed after the answer has gone out."""

    async def work() -> Response:
        form = await read_form(request, AddressForm)
        wait = await run_write(codes.request_login_code, form.email, client_address(request.scope))
        answer = ok(wait_seconds=wait, minutes=company_snapshot().code_minutes)
        answer.background = BackgroundTask(desk.see_to_requests_soon)
        return answer

    return await answered(work)


def _redeem(session: Session, request: Request, form: CodeForm) -> tuple[str | CodeWrong | CodeEnded, str]:
    answer = codes.redeem_login_code(
        session, form.email, form.code, device_of(request), client_address=client_address(request.scope),
        replaces=session_token(request))
    return answer, language_of(session, answer) if isinstance(answer, str) else ""


@router.post("/sign-in/code")
async def redeem_code(request: Request) -> Response:
    async def work() -> Response:
        form = await read_form(request, CodeForm)
        token, language = await run_write(_redeem, request, form)
        if not isinstance(token, str):
            raise token
        return signed_in(request, ok(next=CUSTOMER_START), token, language)

    return await answered(work)


@router.post("/staff/sign-in")
async def sign_in_staff(request: Request) -> Response:
    async def work() -> Response:
        form = await read_form(request, PasswordForm)
        token = await asyncio.to_thread(
            staff_sign_in.sign_in_staff, form.email, form.password, client_address(request.scope), device_of(request),
            replaces=session_token(request))
        return signed_in(request, ok(next=STAFF_START), token, "")

    return await answered(work)


@router.post("/staff/reset")
async def request_reset(request: Request) -> Response:
    """The same answer for every address."""

    async def work() -> Response:
        form = await read_form(request, AddressForm)
        await run_write(staff_sign_in.request_staff_reset, form.email, client_address(request.scope))
        answer = ok()
        answer.background = BackgroundTask(desk.see_to_requests_soon)
        return answer

    return await answered(work)


@router.post("/staff/password")
async def set_password(request: Request) -> Response:
    """Sets the password of the token's owner and signs them in."""

    async def work() -> Response:
        form = await read_form(request, NewPasswordForm)
        token = await asyncio.to_thread(
            staff_sign_in.set_staff_password, form.token, form.password, device_of(request),
            replaces=session_token(request))
        return signed_in(request, ok(next=STAFF_START), token, "")

    return await answered(work)
