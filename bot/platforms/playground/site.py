"""The page itself: static files of this package and its words as JSON. Nothing is fetched from another host."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from bot.platforms.playground.words import chrome
from content.catalog import Lang

FILES = {
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "api.js": "text/javascript; charset=utf-8",
    "blocks.js": "text/javascript; charset=utf-8",
    "dom.js": "text/javascript; charset=utf-8",
    "form.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def add(router: APIRouter) -> None:
    """Serve the page under the router's prefix."""

    @router.get("", include_in_schema=False)
    @router.get("/", include_in_schema=False)
    async def page() -> Response:
        return _file("index.html", "text/html; charset=utf-8")

    @router.get("/words/{lang}.json", include_in_schema=False)
    async def words(lang: Lang) -> Response:
        return JSONResponse(chrome(lang))

    for name, media_type in FILES.items():
        router.add_api_route(f"/{name}", _serve(name, media_type), include_in_schema=False)


def _serve(name: str, media_type: str) -> Callable[[], Awaitable[Response]]:
    async def serve() -> Response:
        return _file(name, media_type)

    return serve


def _file(name: str, media_type: str) -> Response:
    return Response((files("bot.platforms.playground") / "page" / name).read_bytes(), media_type=media_type)
