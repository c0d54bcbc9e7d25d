"""What is known of a project: the answers with their history, and the conditions that were accepted."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import Actor
from ...opportunities.acceptances import AcceptanceLine, list_acceptances
from ...opportunities.answers import AnswerChangeLine, AnswerLine, list_answer_changes, list_answers
from ...ui import components as c
from ...ui.i18n import moment, t, tn
from ...ui.languages import language_name


class AnswerGroup(BaseModel):
    name: str
    lines: list[AnswerLine]


class AnswersCard(BaseModel):
    groups: list[AnswerGroup] = []
    changes: list[AnswerChangeLine] = []
    accepted: list[AcceptanceLine] = []


def read_answers(session: Session, actor: Actor, opportunity_id: str) -> AnswersCard:
    """All that the card shows, in the reader's language."""
    language = actor.language
    groups: dict[str, list[AnswerLine]] = {}
    for line in list_answers(session, actor, opportunity_id, language):
        groups.setdefault(line.group_name, []).append(line)
    return AnswersCard(
        groups=[AnswerGroup(name=name, lines=lines) for name, lines in groups.items()],
        changes=list_answer_changes(session, actor, opportunity_id, language),
        accepted=list_acceptances(session, actor, opportunity_id, language))


def answers_card(card: AnswersCard) -> rx.Component:
    def answer(line: AnswerLine) -> rx.Component:
        return rx.el.div(rx.el.dt(line.label), rx.el.dd(line.text, class_name="prewrap"),
                         custom_attrs={"data-testid": "answer-line"})

    def group(entry: AnswerGroup) -> rx.Component:
        return rx.fragment(
            rx.cond(entry.name != "", rx.el.h3(entry.name, class_name="eyebrow gap-top")),
            rx.el.dl(rx.foreach(entry.lines, answer), class_name="kv"))

    return c.card(
        c.card_head(t("Answers"), id="answers"),
        rx.cond(card.groups, rx.fragment(rx.foreach(card.groups, group)),
                rx.el.p(t("Nothing has been answered yet."), class_name="small muted")),
        rx.cond(card.accepted, _accepted(card)),
        rx.cond(card.changes, _history(card)),
        aria_labelledby="answers", custom_attrs={"data-testid": "answers"},
    )


def _accepted(card: AnswersCard) -> rx.Component:
    def line(entry: AcceptanceLine) -> rx.Component:
        return c.list_row(
            c.icon("shield-check", "s"),
            rx.el.div(
                rx.el.b(entry.title, " ", rx.el.span(t("(version {number})", number=entry.number), class_name="muted")),
                rx.el.span(t("{name}, {moment}", name=entry.contact_name, moment=moment(entry.at)),
                           class_name="tiny muted block"),
                _proof(entry),
                class_name="grow"),
            custom_attrs={"data-testid": "acceptance"})

    return rx.fragment(rx.el.h3(t("Accepted conditions"), class_name="eyebrow gap-top"), rx.foreach(card.accepted, line))


def _proof(entry: AcceptanceLine) -> rx.Component:
    facts = ((t("Read in"), language_name(entry.language)), (t("From the network address"), entry.client_address),
             (t("Fingerprint of the text (SHA-256)"), rx.el.code(entry.text_hash)))
    return rx.el.details(
        rx.el.summary(t("Proof"), class_name="tiny"),
        rx.el.dl(*(rx.fragment(rx.el.dt(name), rx.el.dd(value)) for name, value in facts), class_name="proof tiny"))


def _history(card: AnswersCard) -> rx.Component:
    def change(entry: AnswerChangeLine) -> rx.Component:
        return rx.el.li(
            rx.el.span(c.icon("pencil"), class_name=rx.match(
                entry.by_kind, ("customer", "mark you"), ("staff", "mark us"), "mark")),
            rx.el.div(
                rx.el.p(rx.el.b(entry.label), ": ", _words(entry.before), " → ", _words(entry.after)),
                rx.el.time(rx.cond(entry.by_name != "", entry.by_name, t("The portal")), ", ", moment(entry.at),
                           date_time=rx.Var.create(entry.at).to(str))),
            custom_attrs={"data-testid": "answer-change"})

    count = rx.Var.create(card.changes).to(list).length()
    return rx.el.details(
        rx.el.summary(c.icon("history", "s"), tn("{n} change", "{n} changes", count), class_name="row"),
        rx.el.ol(rx.foreach(card.changes, change), class_name="timeline"), class_name="more")


def _words(text: Any) -> rx.Component:
    return rx.cond(text != "", rx.el.span(text), rx.el.span(t("nothing"), class_name="muted"))
