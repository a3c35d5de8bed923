"""The front door: what platforms post goes straight to their adapter, everything else to FastAPI."""

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.platforms.port import Route


class Door:
    """An ASGI application. FastAPI's own way to a route costs more than verifying, reading and storing an event."""

    def __init__(self, otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._straight: dict[tuple[str, str], ASGIApp] = {}

    def add(self, route: Route) -> None:
        """Serve this by exactly its path and methods."""
        for method in route.methods:
            self._straight[method, route.path] = route.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._otherwise
        if scope["type"] == "http":
            app = self._straight.get((scope["method"], scope["path"]), app)
        await app(scope, receive, send)
