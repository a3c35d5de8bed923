"""Links to a digest's page: signed, good for a week, for one lead and one project, until they are withdrawn.

A token is the link's id, signed; what it opens, and whether it still does, is decided by the link's row and the reader's
role each time it is opened.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from storage.audit import Action, Actor
from storage.crypto import Keyring
from storage.models import Digest, ReportLink, Role
from storage.work import SystemWork, Work

LASTS = timedelta(days=7)
PATH = "/d/"
SEPARATOR = "~"
"""Stands in no id and in no signature, and an address may hold it."""


@dataclass(frozen=True)
class Place:
    """Where a link is kept."""

    workspace_id: str
    link_id: str


def issue(work: Work, project_id: str, person_id: str, week: str | None = None) -> ReportLink:
    """A new link for a lead to the page of this ISO week, or to the latest one."""
    link = ReportLink(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        project_id=project_id,
        person_id=person_id,
        week=week,
        made_at=work.now,
        expires_at=work.now + LASTS,
    )
    work.report_links.add(link)
    work.audit.record(Action.LINK_MADE, Actor.person(person_id), project_id, report="page")
    return link


def revoke(work: Work, person_id: str) -> int:
    """Withdraw every link of a person; how many there were."""
    links = work.report_links.open_of(person_id)
    for link in links:
        link.revoked_at = work.now
        work.audit.record(Action.LINK_REVOKED, Actor.person(person_id), link.project_id, report="page")
    return len(links)


def address(public_url: str, keyring: Keyring, link_id: str) -> str:
    return f"{public_url.rstrip('/')}{PATH}{_signer(keyring).sign(link_id).decode()}"


def place(work: SystemWork, token: str) -> Place | None:
    """The link that a token names; None if it was not made here, or is not written as it was: base64 overlooks much."""
    try:
        link_id = _signer(work.keyring).unsign(token.encode()).decode()
        signature = token.rpartition(SEPARATOR)[2].encode()
    except (BadSignature, UnicodeError):
        return None
    if base64_encode(base64_decode(signature)) != signature:
        return None
    link = work.report_links.find(link_id)
    return Place(link.workspace_id, link.id) if link else None


def opens(work: Work, link_id: str) -> tuple[ReportLink, Digest] | None:
    """The link and the page that it opens now, for whoever made it; None if it opens nothing any more."""
    link = work.report_links.find(link_id)
    if link is None or link.revoked_at is not None or link.expires_at <= work.now:
        return None
    membership = work.projects.member(link.project_id, link.person_id)
    if membership is None or membership.role is not Role.LEAD:
        return None
    week = link.week
    digest = work.digests.of_week(link.project_id, week) if week else work.digests.latest(link.project_id)
    return (link, digest) if digest else None


def _signer(keyring: Keyring) -> Signer:
    """Signs with the current key; what an older one has signed is known as long as that key is in the ring."""
    keys = keyring.derive(b"report link")
    return Signer(keys[::-1], salt=b"report link", sep=SEPARATOR, digest_method=sha256)
