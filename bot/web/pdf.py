"""A page as PDF, by WeasyPrint: an extra, imported when the first one is asked for. It fetches nothing."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

SECONDS = 30.0
"""How long one PDF may take, the wait for its turn included."""

VARIANT = "pdf/ua-1"
"""PDF/UA (ISO 14289-1, 2014): tagged, so that it can be read aloud."""


class PdfMissing(Exception):
    """PDFs need WeasyPrint and Pango: pip install "entrain-bot[pdf]", apt-get install libpango-1.0-0 libpangoft2-1.0-0."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class PdfTooSlow(Exception):
    """The PDF takes too long just now; try again in a moment."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def write(html: str) -> bytes:
    """The document as a tagged PDF. Raises PdfMissing."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        raise PdfMissing from None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of each rule that is for screens only
    written = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf(pdf_variant=VARIANT)
    assert isinstance(written, bytes)
    return written


class Printer:
    """Writes PDFs one after the other, in a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "pdf")

    async def write(self, html: str) -> bytes:
        """Raises PdfMissing, PdfTooSlow."""
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._thread, write, html), SECONDS)
        except TimeoutError:
            raise PdfTooSlow from None
