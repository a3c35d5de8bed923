"""`GET /d/{token}`: the digest's page behind a lead's link, as a page, as PDF and as a table.

Nobody is told why a link opens nothing. One log line a page says in which workspace something was shown, and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.exports.digest import as_csv, fingerprint
from bot.presenters.digest import words_of
from bot.presenters.digest_spoken import Spoken, spoken
from bot.presenters.digest_words import Words
from bot.scene import voice_of
from bot.web import digest_page, links
from bot.web.digest_page import Around
from bot.web.pdf import PdfMissing, PdfTooSlow, Printer
from bot.week import week_of
from content.catalog import Lang, Voice
from content.days import in_words
from nudges.schedule import local_date
from storage.audit import Action, Actor
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.work import Work

log = structlog.get_logger(__name__)

LATER = "The page cannot be read just now. Try again in a moment."
RETRY_SECONDS = 5
METHODS = ["GET", "HEAD"]
MEDIA = {
    "page": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}
"""By how a page is shown."""

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{digest_page.style_hash()}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True)
class Opened:
    """A page as its reader gets it; their link is good until the instant `until`."""

    words: Words
    spoken: Spoken
    until: datetime
    timezone: str


Show = Callable[[Opened], Awaitable[Response]]


def router(database: Database) -> APIRouter:
    """The pages; whoever has a link needs nothing else to read them."""
    api = APIRouter(tags=["pages"])
    printer = Printer()

    async def answer(request: Request, token: str, report: str, lang: str, show: Show) -> Response:
        """What `show` makes of the page behind the token; the way of showing it is a `report` of the audit log."""
        try:
            place = await database.read_system(lambda work: links.place(work, token))
            if place is None:
                return _closed()
            counted = None if request.method == "HEAD" else report
            opened = await database.run(
                place.workspace_id, lambda work: open_page(work, place.link_id, counted, _lang(lang))
            )
        except StorageUnavailable as error:
            log.warning("page_not_shown", error=type(error).__name__)
            return Response(LATER, 503, {**HEADERS, "Retry-After": str(RETRY_SECONDS)}, "text/plain")
        if opened is None:
            return _closed()
        if request.method == "HEAD":
            return Response(headers=HEADERS, media_type=MEDIA[report])
        log.info("page_shown", workspace=place.workspace_id)
        response = await show(opened)
        response.headers.update(HEADERS)
        return response

    async def as_pdf(opened: Opened) -> Response:
        html = await asyncio.to_thread(digest_page.document, opened.words, opened.spoken)
        try:
            return _file(await printer.write(html), "pdf", opened)
        except (PdfMissing, PdfTooSlow) as error:
            log.warning("page_not_printed", error=type(error).__name__)
            return Response(str(error), 503, media_type="text/plain")

    async def as_table(opened: Opened) -> Response:
        return _file(as_csv(opened.words, opened.spoken).encode(), "csv", opened)

    @api.api_route("/d/{token}.pdf", methods=METHODS)
    async def pdf(request: Request, token: str, lang: str = "") -> Response:
        return await answer(request, token, "pdf", lang, as_pdf)

    @api.api_route("/d/{token}.csv", methods=METHODS)
    async def table(request: Request, token: str, lang: str = "") -> Response:
        return await answer(request, token, "csv", lang, as_table)

    @api.api_route("/d/{token}", methods=METHODS)
    async def page(request: Request, token: str, lang: str = "") -> Response:
        async def as_page(opened: Opened) -> Response:
            around = _around(opened, token)
            html = await asyncio.to_thread(digest_page.document, opened.words, opened.spoken, around)
            return HTMLResponse(html)

        return await answer(request, token, "page", lang, as_page)

    return api


def open_page(work: Work, link_id: str, report: str | None, lang: Lang | None) -> Opened | None:
    """What a link opens now; None if nothing.

    `report` is the form that is shown, for the audit log; None where nothing is. `lang` is another language than the
    reader's own.
    """
    found = links.opens(work, link_id)
    if found is None:
        return None
    link, digest = found
    project = work.projects.get(link.project_id)
    if report:
        work.audit.record(
            Action.REPORT_OPENED,
            Actor.person(link.person_id),
            link.project_id,
            report=report,
            week=digest.week,
            shown=fingerprint(project, digest),
        )
    reader, workspace = work.people.get(link.person_id), work.workspaces.get(work.workspace_id)
    voice, timezone = voice_of(workspace, reader), week_of(work, workspace, reader).timezone
    voice = Voice(lang or voice.lang, voice.address)
    words = words_of(project, digest, voice, timezone)
    return Opened(words, spoken(work, words, link.project_id, timezone), link.expires_at, timezone)


def _around(opened: Opened, token: str) -> Around:
    lang = opened.words.voice.lang
    other = Lang.ENGLISH if lang is Lang.FRENCH else Lang.FRENCH
    until = in_words(local_date(opened.until, opened.timezone), opened.words.voice)
    return Around(
        until, pdf=f"{token}.pdf?lang={lang}", csv=f"{token}.csv?lang={lang}", other=f"?lang={other}"
    )


def _lang(given: str) -> Lang | None:
    return Lang(given) if given in set(Lang) else None


def _closed() -> Response:
    """The same for every link that opens nothing, whatever the reason."""
    return HTMLResponse(digest_page.closed(), 404, HEADERS)


def _file(content: bytes, report: str, opened: Opened) -> Response:
    page = opened.words.page
    disposition = {"Content-Disposition": f'attachment; filename="{page.week}.{report}"'}
    return Response(content, headers=disposition, media_type=MEDIA[report])
