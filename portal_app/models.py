"""Imports every table, so that migrations and tests know all of them."""

from .access import models as access
from .automations import models as automations
from .company import models as company
from .core import audit, events
from .customers import models as customers
from .customers import search as customer_search
from .documents import models as documents
from .flows import models as flows
from .messaging import models as messaging
from .notifications import models as notifications
from .offers import models as offers
from .opportunities import models as opportunities
from .opportunities import search
from .roofs import models as roofs
from .support import models as support
from .webhooks import models as webhooks

# One name a line, so that two rooms that come at the same time do not meet.
__all__ = [
    "access",
    "audit",
    "automations",
    "company",
    "customer_search",
    "customers",
    "documents",
    "events",
    "flows",
    "messaging",
    "notifications",
    "offers",
    "opportunities",
    "roofs",
    "search",
    "support",
    "webhooks",
]
