"""The machines' door: plain HTTP routes beside the pages."""

from fastapi import FastAPI

from .company import router as company
from .health import router as health
from .offers import router as offers

api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
for router in (company, health, offers):
    api.include_router(router)
