"""A customer before a step."""

import pytest
from sqlmodel import Session

from tests.opportunities.step_case import Case


@pytest.fixture
def case(session: Session) -> Case:
    return Case(session)
