"""The lists of actions as staff edit them, and running them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from pydantic import BaseModel
from sqlalchemy import Select, bindparam
from sqlalchemy import select as select_columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from ..access.actors import Actor, Permission
from ..company.service import get_company
from ..core import audit
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound, PortalError
from ..core.texts import msg
from ..customers.models import Contact
from ..flows.models import Flow
from ..flows.trees import get_flow_tree, load_trees
from ..messaging.service import get_template
from ..messaging.templates import is_own
from ..opportunities.models import Opportunity
from .forms import ActionForm, ActionListForm, ActionTexts, Choice, FieldChoice, Places
from .models import ActionList, ActionRow
from .rules import DEFAULT_TEMPLATES, STEP, TRIGGERS, ActionKind, Trigger, problems_of
from .running import Happening, perform, perform_contained
from .step_lists import substage_names

__all__ = ["ActionForm", "ActionListForm", "ActionTexts", "Choice"]


class FlowActions(BaseModel):
    """The actions of a trigger for one flow (or all, with an empty `flow_id`); `is_own` when it has its own list."""

    flow_id: str
    flow_name: str
    is_own: bool
    version: int
    list_id: str
    actions: list[ActionTexts]


class TriggerActions(BaseModel):
    trigger: str
    title: str
    has_flow: bool
    lists: list[FlowActions]
    templates: list[Choice]


class AutomationsPage(BaseModel):
    triggers: list[TriggerActions]
    substages: dict[str, list[Choice]]
    audiences: list[Choice]
    endpoints: list[Choice]
    fields: list[FieldChoice]


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.EDIT_AUTOMATIONS):
        raise NotAllowed


def _trigger(key: str) -> Trigger:
    if key not in TRIGGERS:
        raise NotFound
    return TRIGGERS[key]


def list_actions(session: Session, actor: Actor) -> AutomationsPage:
    """Everything that Settings → External source actions shows, by a constant number of queries."""
    _demand(actor)
    flows = session.exec(select(Flow).order_by(col(Flow.position), col(Flow.id))).all()
    first_language = get_company(session).default_language
    names = {flow_id: substage_names(tree, actor.language, first_language)
             for flow_id, tree in load_trees(session, [flow.id for flow in flows]).items()}
    places = Places(session, actor.language, {key: name for each in names.values() for key, name in each.items()})
    lists = {(row.trigger, row.scope): row for row in session.exec(
        select(ActionList).where(ActionList.trigger != STEP.key))}
    rows: dict[str, list[ActionRow]] = {}
    for row in session.exec(select(ActionRow).where(ActionRow.moment == "")
                            .order_by(col(ActionRow.list_id), col(ActionRow.position))):
        rows.setdefault(row.list_id, []).append(row)

    def shown(trigger: Trigger, flow_id: str, flow_name: str) -> FlowActions:
        own, general = lists.get((trigger.key, flow_id)), lists.get((trigger.key, ""))
        found = own or general
        return FlowActions(
            flow_id=flow_id, flow_name=flow_name, is_own=own is not None, version=own.version if own else 0,
            list_id=own.id if own else "",
            actions=[places.shown(row) for row in rows.get(found.id, [])] if found else [])

    return AutomationsPage(
        substages={flow_id: [Choice(value=key, text=name) for key, name in each.items()] for flow_id, each in names.items()},
        audiences=places.audience_choices(), endpoints=places.endpoint_choices(), fields=places.field_choices(),
        triggers=[TriggerActions(
            trigger=trigger.key, title=trigger.title, has_flow=trigger.has_flow,
            lists=[shown(trigger, "", ""), *(shown(trigger, flow.id, flow.name) for flow in flows if trigger.has_flow)],
            templates=places.templates_for(trigger)) for trigger in TRIGGERS.values()])


def _demand_good(session: Session, actor: Actor, trigger: Trigger, form: ActionListForm) -> Places:
    substages = None
    if form.flow_id:
        if not trigger.has_flow:
            raise NotFound
        substages = [substage.id for substage in get_flow_tree(session, form.flow_id).substages()]
    places = Places(session, actor.language, {})
    problems = problems_of(trigger, [action.action() for action in form.actions], places.known(substages))
    if problems:
        raise InvalidForm({f"actions.{part}": problem for part, problem in problems.items()})
    return places


def _locked_list(session: Session, trigger: str, flow_id: str, version: int) -> ActionList | None:
    """The list as it is now, held until the commit, or None where there is none; who saw another version is told."""
    found = session.exec(
        select(ActionList).where(ActionList.trigger == trigger, ActionList.scope == flow_id)
        .with_for_update().execution_options(populate_existing=True)).one_or_none()
    if (found.version if found else 0) != version:
        raise ChangedMeanwhile
    return found


def _new_list(session: Session, trigger: str, flow_id: str) -> ActionList:
    row = ActionList(trigger=trigger, scope=flow_id, flow_id=flow_id or None, version=0)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # somebody else made it at the same moment
        raise ChangedMeanwhile from None
    return row


def save_actions(session: Session, actor: Actor, form: ActionListForm) -> None:
    """Replaces a list. An empty list of a flow means that nothing happens there, whatever the general list says."""
    _demand(actor)
    places = _demand_good(session, actor, _trigger(form.trigger), form)
    row = _locked_list(session, form.trigger, form.flow_id, form.version)
    row = row or _new_list(session, form.trigger, form.flow_id)
    row.version += 1
    row.changed_at = now()
    session.add(row)
    session.execute(delete(ActionRow).where(col(ActionRow.list_id) == row.id))
    session.add_all(
        places.fill(ActionRow(list_id=row.id, position=position, kind=action.kind), position,
                    action.model_copy(update={"moment": ""}))
        for position, action in enumerate(form.actions))
    audit.record(session, actor.kind, actor.id, "update", "actions", row.id, trigger=form.trigger, flow=form.flow_id,
                 kinds=[action.kind for action in form.actions])
    session.flush()


def drop_own_actions(session: Session, actor: Actor, trigger: str, flow_id: str, version: int) -> None:
    """The flow goes back to the list of all flows."""
    _demand(actor)
    _trigger(trigger)
    row = _locked_list(session, trigger, flow_id, version) if flow_id else None
    if row is None:
        raise NotFound
    session.delete(row)
    audit.record(session, actor.kind, actor.id, "delete", "actions", row.id, trigger=trigger, flow=flow_id)
    session.flush()


@cache
def _of_trigger() -> Select:
    """The lists of a trigger, each with its actions, or with None when it has none."""
    return (select_columns(col(ActionList.scope), ActionRow)
            .outerjoin(ActionRow, col(ActionRow.list_id) == col(ActionList.id))
            .where(col(ActionList.trigger) == bindparam("trigger"),
                   col(ActionList.scope).in_(bindparam("scopes", expanding=True)))
            .order_by(col(ActionList.scope), col(ActionRow.position)))


def actions_of(session: Session, trigger: str, flow_id: str = "") -> list[ActionRow]:
    """The actions that run: the flow's own list, else the list of all flows."""
    found = session.execute(_of_trigger(), {"trigger": trigger, "scopes": list({flow_id, ""})}).all()
    own = [action for scope, action in found if scope == flow_id]
    return [action for action in own or (action for _, action in found) if action is not None]


def run_actions(session: Session, trigger: str, contact_id: str, opportunity_id: str | None = None,
                variables: Mapping[str, str] | None = None) -> list[str]:
    """Runs what staff set for a trigger, in order and in the transaction of what happened; gives the mails' ids.

    A move whose substage is gone is left out: what the customer did stands, and staff see it unmoved.
    """
    opportunity = session.get(Opportunity, opportunity_id) if opportunity_id else None
    actions = actions_of(session, trigger, opportunity.flow_id if opportunity else "")
    if not actions:
        return []
    happening = Happening(
        cause=trigger, subject=f"customer.{trigger.removeprefix('customer-')}",
        contact=session.get_one(Contact, contact_id), opportunity=opportunity, variables=variables or {},
        leads_to=_leads_to(trigger, opportunity_id))
    mails = []
    for action in actions:
        if action.kind == ActionKind.SEND_TEMPLATE:
            mails.append(perform(session, action, happening))
        elif action.kind == ActionKind.MOVE:
            perform(session, action, happening)
        else:
            perform_contained(session, action, happening)
    return mails


def _leads_to(trigger: str, opportunity_id: str | None) -> str:
    page = TRIGGERS[trigger].leads_to
    return f"{page}?project={opportunity_id}" if opportunity_id else page


def forget_substages(session: Session, substage_ids: Collection[str]) -> None:
    """Moves to substages that are about to go lose their target; staff see which ones. Their own actions go with them."""
    session.execute(delete(ActionList).where(col(ActionList.trigger) == STEP.key, col(ActionList.scope).in_(substage_ids)))
    session.execute(update(ActionRow).where(col(ActionRow.substage_id).in_(substage_ids)).values(substage_id=None)
                    .execution_options(synchronize_session="fetch"))


class TemplateInUse(PortalError):
    text = msg("An action sends this template. Take it out there first.")


def delete_template(session: Session, actor: Actor, key: str) -> None:
    """Only one that staff made and no action sends; mails that it wrote stay."""
    if not actor.can(Permission.EDIT_TEMPLATES):
        raise NotAllowed
    template = get_template(session, key)
    if not is_own(key):
        raise NotFound
    if session.exec(select(ActionRow.id).where(ActionRow.template_key == key).limit(1)).first() is not None:
        raise TemplateInUse
    session.delete(template)
    audit.record(session, actor.kind, actor.id, "delete", "email_template", key)
    session.flush()


def ensure_default_actions(session: Session) -> None:
    """Gives each trigger its mail where nothing was ever set."""
    known = set(session.exec(select(ActionList.trigger).where(ActionList.scope == "")))
    for trigger, template_key in DEFAULT_TEMPLATES.items():
        if trigger not in known:
            row = ActionList(trigger=str(trigger))
            session.add(row)
            session.flush()
            session.add(ActionRow(list_id=row.id, position=0, kind=ActionKind.SEND_TEMPLATE.value,
                                  template_key=template_key))
    session.flush()
