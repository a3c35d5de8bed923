"""The pages over HTTP: what whoever has a link gets, and what everybody else does."""

import re
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from bot.web import links, pdf
from bot.web.limits import RATES
from storage.models import Role
from tests.support.databases import SqliteTemplate
from tests.support.report_site import Site


def unpacked(content: bytes) -> bytes:
    """What the streams of a PDF hold."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, flags=re.DOTALL)
    return b"".join(zlib.decompress(each) if each[:1] == b"\x78" else each for each in packed)


@pytest.fixture
def site(sqlite_template: SqliteTemplate, tmp_path: Path) -> Site:
    return Site.large(sqlite_template.clone(tmp_path))


@pytest.fixture
async def http(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="https://entrain.test") as client:
        yield client
    site.database.dispose()


async def test_a_lead_reads_the_page_in_both_languages(site: Site, http: httpx.AsyncClient) -> None:
    path = site.link()
    english, french = [(await http.get(path, params={"lang": lang})).text for lang in ("en", "fr")]
    assert "The obstacle that counts is not time; it is trust" in english.replace("&#39;", "'")
    assert "Le frein qui compte n'est pas le temps, c'est la confiance" in french.replace("&#39;", "'")
    assert len(site.seen()) == 2


async def test_the_page_allows_nothing_but_its_own_style_and_is_kept_by_nobody(
    site: Site, http: httpx.AsyncClient
) -> None:
    headers = (await http.get(site.link())).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow"


async def test_nothing_tells_why_a_link_opens_nothing(site: Site, http: httpx.AsyncClient) -> None:
    good = site.link()
    revoked, expired = site.link(), good
    with site.database.transaction(site.workspace) as work:
        links.revoke(work, site.lead)
    answers = [await http.get(revoked)]
    dismissed = site.link()
    with site.database.transaction(site.workspace) as work:
        place = work.projects.member(site.project, site.lead)
        assert place
        place.role = Role.EMPLOYEE
    answers.append(await http.get(dismissed))
    site.clock.advance(timedelta(days=8))
    answers.append(await http.get(expired))
    for path in (good[:-1], good + "A", "/d/x", "/d/~", "/d/%00", f"{good}.pdf", f"{good}.csv"):
        answers.append(await http.get(path))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert site.seen() == []


async def test_the_head_of_a_page_is_no_look_at_it(site: Site, http: httpx.AsyncClient) -> None:
    path = site.link()
    answer = await http.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert site.seen() == []


async def test_the_page_as_a_table(site: Site, http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{site.link()}.csv", params={"lang": "en"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="2026-W48.csv"'
    assert ",52,180," in answer.text


async def test_the_page_as_a_tagged_pdf(site: Site, http: httpx.AsyncClient) -> None:
    pytest.importorskip("weasyprint", reason="the extra pdf is not installed")
    answer = await http.get(f"{site.link()}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    content = unpacked(answer.content)
    assert b"/StructTreeRoot" in content
    assert b"pdfuaid" in content


async def test_without_the_extra_it_says_what_to_install(
    site: Site, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_html: str) -> bytes:
        raise pdf.PdfMissing

    monkeypatch.setattr(pdf, "write", missing)
    answer = await http.get(f"{site.link()}.pdf")
    assert answer.status_code == 503
    assert "entrain-bot[pdf]" in answer.text


def test_a_document_that_asks_for_an_address_gets_nothing(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the extra pdf is not installed")
    style = tmp_path / "style.css"
    style.write_text("@page { size: 30mm }")
    page = '<html lang="en"><title>x</title><style>{}</style><p>x</p>'
    plain = unpacked(pdf.write(page.format("")))
    assert unpacked(pdf.write(page.format(f"@import url({style.as_uri()});"))) == plain
    assert unpacked(pdf.write(page.format(style.read_text()))) != plain


async def test_who_asks_too_often_is_asked_to_wait(site: Site, http: httpx.AsyncClient) -> None:
    answers = [await http.head("/d/x") for _ in range(RATES["/d/"].burst + 1)]
    assert [answer.status_code for answer in answers[-2:]] == [404, 429]
    refused = await http.get(f"{site.link()}?lang=fr")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    text = unescape(refused.text)
    assert "Dans quelques secondes, elle s'ouvrira de nouveau." in text
    assert "In a few seconds it will open again." in text
