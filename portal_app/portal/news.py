"""What pages of customers show now that staff have changed their flow: read together, without each of them asking.

A home is sent all that it shows. What somebody fills in is their own: a form gets new labels and helps, which are the same
for all; where it asks for something else now, its reader is told so. How much of it is done each form then reads itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlmodel import Session

from ..company.service import company_snapshot
from ..core.database import run_short_read
from ..core.live import Follower, Shown
from ..core.localized import in_language
from ..flows.contents import contents_of
from ..flows.trees import load_trees
from ..opportunities.steps import unanswered
from ..ui.live import Update, delta_of
from ..ui.shell_state import ShellState
from .home.reading import ShownHome, load_homes
from .home.state import HomeState
from .step.shown import ShownForm, shape_of, words_of_form
from .step.state import StepState


async def news_of(shown: Shown) -> list[Update]:
    homes = {follower: page for follower, page in shown.items() if isinstance(page, ShownHome)}
    forms = defaultdict[ShownForm, list[Follower]](list)
    for follower, page in shown.items():
        if isinstance(page, ShownForm):
            forms[page].append(follower)
    updates = await run_short_read(_read_homes, homes) if homes else []
    return updates + (await run_short_read(_read_forms, forms) if forms else [])


def _read_homes(session: Session, homes: Mapping[Follower, ShownHome]) -> list[Update]:
    return [Update([follower], delta_of(HomeState, page=page), is_whole=True)
            for follower, page in zip(homes, load_homes(session, list(homes.values())), strict=True) if page]


def _read_forms(session: Session, forms: Mapping[ShownForm, list[Follower]]) -> list[Update]:
    updates = []
    trees = load_trees(session, {form.flow_id for form in forms})
    for form, followers in forms.items():
        step = trees[form.flow_id].substage(form.substage_id) if form.flow_id in trees else None
        if step is None:
            continue
        contents, language = contents_of(session, step.id), form.language
        fields = unanswered(contents.fields, step.view_kind, language)
        fallback = company_snapshot().default_language
        words = {step.id: {"name": in_language(step.public_name, language, fallback),
                           "description": in_language(step.public_description, language, fallback)}}
        delta = delta_of(StepState, words=words | words_of_form(fields, company_snapshot().currency))
        if form.shape and form.shape != shape_of(fields, [condition.version_id for condition in contents.conditions]):
            delta |= delta_of(ShellState, is_changed_elsewhere=True)
        updates.append(Update(followers, delta, is_whole=False))
    return updates
