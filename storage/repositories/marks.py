"""Marks: by them something is known again that is kept nowhere."""

import hmac
import secrets

from sqlalchemy import select

from storage.models import Workspace
from storage.transaction import WorkspaceTransaction

KEY = "workspaces.erasure_key"


def mark(key: str, text: str) -> str:
    """HMAC-SHA-256 of `text`, in 64 hexadecimal digits."""
    return hmac.digest(bytes.fromhex(key), text.encode(), "sha256").hex()


def known_key(work: WorkspaceTransaction) -> str | None:
    """The workspace's own key, if it has one yet. It is sealed in the database, so that other encryption keys do not
    orphan its marks.

    Raises:
        SealBroken: the keys of the settings do not open it.
    """
    sealed = work.session.scalar(select(Workspace.erasure_key).where(Workspace.id == work.workspace_id))
    return None if sealed is None else work.open(KEY, sealed, row=work.workspace_id)


def make_key(work: WorkspaceTransaction) -> str:
    """The workspace's own key, which is the same for everybody who asks. Raises as `known_key`."""
    if known := known_key(work):
        return known
    workspace = work.session.scalars(
        select(Workspace)
        .where(Workspace.id == work.workspace_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if workspace.erasure_key is None:
        workspace.erasure_key = work.seal(KEY, secrets.token_hex(32), row=workspace.id)
        work.session.flush()
    return work.open(KEY, workspace.erasure_key, row=workspace.id)
