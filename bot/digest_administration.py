"""A published page, printed by whoever runs Entrain. Nothing is counted for it."""

from bot.administration import UnknownPlace, project_of
from bot.audit_administration import in_workspace
from bot.console import operator
from bot.exports import Format
from bot.exports.digest import Printed, as_csv, as_json, as_markdown, fingerprint
from bot.presenters.digest import words_of
from bot.presenters.digest_spoken import spoken
from bot.settings import Settings
from bot.web import digest_page, pdf
from content.catalog import Address, Lang, Voice
from projects.service import definition
from storage.audit import Action
from storage.models import Digest, Project
from storage.work import Work


class NoSuchPage(UnknownPlace):
    """No page of this week has been published for the project; the message names the weeks that have one."""


def printed(
    settings: Settings,
    platform: str | None,
    workspace: str | None,
    key: str,
    week: str | None,
    format_: Format,
    lang: Lang | None,
) -> bytes:
    """The project's page of an ISO week ("2026-W48"), the latest one where none is named. That it was read is recorded.

    Raises:
        NoSuchPage, UnknownPlace, StorageError, PdfMissing
    """
    with in_workspace(settings, platform, workspace) as work:
        project = project_of(work, key)
        digest = _published(work, project, week)
        here = work.workspaces.get(work.workspace_id)
        timezone = definition(project).timezone or here.timezone
        words = words_of(project, digest, Voice(lang or Lang(here.lang), Address(here.address)), timezone)
        said = spoken(work, words, project.id, timezone)
        written = _written(Printed(project, digest, words, said), format_)
        work.audit.record(
            Action.REPORT_PRINTED,
            operator(),
            project.id,
            report="digest",
            week=digest.week,
            shown=fingerprint(project, digest),
        )
        return written


def _published(work: Work, project: Project, week: str | None) -> Digest:
    digest = work.digests.of_week(project.id, week) if week else work.digests.latest(project.id)
    if digest is not None:
        return digest
    weeks = work.digests.weeks(project.id)
    if not weeks:
        raise NoSuchPage(
            f"no page of {project.key!r} has been published yet; a lead gets the first one on the day they have chosen, "
            "or by writing `adoption digest`"
        )
    raise NoSuchPage(f"there is no page of {week!r} for {project.key!r}; there are {', '.join(weeks)}")


def _written(printed: Printed, format_: Format) -> bytes:
    match format_:
        case Format.MARKDOWN:
            return as_markdown(printed).encode()
        case Format.JSON:
            return as_json(printed.project, printed.digest).encode()
        case Format.CSV:
            return as_csv(printed.words, printed.spoken).encode()
        case Format.HTML:
            return digest_page.document(printed.words, printed.spoken).encode()
        case Format.PDF:
            return pdf.write(digest_page.document(printed.words, printed.spoken))
