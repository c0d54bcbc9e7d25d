"""GET /imagery/demo/{z}/{x}/{y}.png: the demonstration's own pictures from above, so that it works without internet."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, HTTPException, Response

from .imagery import HIGHEST_ZOOM, LOWEST_ZOOM, NoSuchTile, render_tile

router = APIRouter()

ONE_DAY = "public, max-age=86400"
AT_ONCE = 2  # drawing keeps a core busy: a map that opens must not keep everybody else waiting

_turns = asyncio.Semaphore(AT_ONCE)


@router.get("/imagery/demo/{zoom}/{x}/{y}.png")
async def demo_tile(zoom: int, x: int, y: int) -> Response:
    if not LOWEST_ZOOM <= zoom <= HIGHEST_ZOOM:
        raise HTTPException(404)
    async with _turns:
        try:
            picture = await asyncio.to_thread(render_tile, zoom, x, y)
        except NoSuchTile:
            raise HTTPException(404) from None
    return Response(picture, media_type="image/png", headers={"cache-control": ONE_DAY})
