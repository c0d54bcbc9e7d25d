"""Which actions go with which trigger."""

import pytest

from portal_app.automations import rules
from portal_app.automations.rules import DEFAULT_TEMPLATES, MOST_ACTIONS, TRIGGERS, Action, ActionKind, Known, problems_of
from portal_app.flows.view_kinds import Act
from portal_app.messaging.defaults import USE_BY_KEY
from portal_app.messaging.variables import VARIABLES_BY_USE

TEMPLATES = {"greeting": {"client_name"}, "offer": {"offer_total"}, "code": {"client_code_verification"}}
MOVE, SEND = ActionKind.MOVE, ActionKind.SEND_TEMPLATE


def test_every_act_of_a_customer_is_a_trigger_and_mails_fit_theirs():
    assert {act.value for act in Act} <= set(TRIGGERS)
    assert DEFAULT_TEMPLATES
    for trigger, template in DEFAULT_TEMPLATES.items():
        assert set(VARIABLES_BY_USE[USE_BY_KEY[template]]) <= set(VARIABLES_BY_USE[trigger])
        assert TRIGGERS[trigger].title


@pytest.mark.parametrize(("trigger", "actions", "substages", "expected"), [
    ("accept-budget", [Action(SEND, "offer"), Action(MOVE, substage_id="s1"), Action(SEND, "greeting")], {"s1"}, {}),
    ("accept-budget", [Action(SEND, "nowhere")], {"s1"}, {"0.template_key": (rules.UNKNOWN_TEMPLATE, {})}),
    ("accept-budget", [Action(SEND, "code")], {"s1"},
     {"0.template_key": (rules.FOREIGN_VARIABLE, {"name": "client_code_verification"})}),
    ("drawing-submitted", [Action(SEND, "offer")], {"s1"},
     {"0.template_key": (rules.FOREIGN_VARIABLE, {"name": "offer_total"})}),
    ("accept-budget", [Action(MOVE, substage_id="other")], {"s1"}, {"0.substage_id": (rules.UNKNOWN_SUBSTAGE, {})}),
    ("accept-budget", [Action(MOVE)], {"s1"}, {"0.substage_id": (rules.UNKNOWN_SUBSTAGE, {})}),
    ("accept-budget", [Action(MOVE, substage_id="s1"), Action(MOVE, substage_id="s2")], {"s1", "s2"},
     {"1.substage_id": (rules.SECOND_MOVE, {})}),
    ("login-code", [Action(SEND, "code"), Action(MOVE, substage_id="s1")], None,
     {"1.substage_id": (rules.MOVE_NEEDS_FLOW, {})}),
    ("login-code", [Action(ActionKind.SET_FIELD, field_id="f1", value="x")], None,
     {"0.field_id": (rules.NEEDS_PROJECT, {})}),
    ("accept-budget", [Action(ActionKind.SET_FIELD, field_id="f1", value="x")], {"s1"},
     {"0.field_id": (rules.UNKNOWN_FIELD, {})}),
    ("accept-budget", [Action(ActionKind.NOTIFY_STAFF, audience="nobody", note=" ")], {"s1"},
     {"0.audience": (rules.UNKNOWN_AUDIENCE, {}), "0.note": (rules.NO_NOTE, {})}),
    ("login-code", [Action(SEND, "code")] * (MOST_ACTIONS + 1), None,
     {str(MOST_ACTIONS): (rules.TOO_MANY, {"most": MOST_ACTIONS})}),
])
def test_a_list_is_judged_action_by_action(trigger, actions, substages, expected):
    assert problems_of(TRIGGERS[trigger], actions, Known(templates=TEMPLATES, substages=substages)) == expected
