"""A customer before a step."""

import pytest
from opportunities.step_case import Case
from sqlmodel import Session


@pytest.fixture
def case(session: Session) -> Case:
    return Case(session)
