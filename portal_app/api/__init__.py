"""The machines' door: plain HTTP routes beside the pages."""

from fastapi import FastAPI

from .access import router as access
from .company import router as company
from .confirm import router as confirm
from .customers import router as customers
from .files import router as files
from .health import router as health
from .mailbox import router as mailbox
from .offers import router as offers
from .sign_in import router as sign_in
from .v1 import router as v1
from .viewing import router as viewing

api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
for router in (access, company, confirm, customers, files, health, mailbox, offers, sign_in, v1, viewing):
    api.include_router(router)
