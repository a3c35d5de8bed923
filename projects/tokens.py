"""Tokens by which a tool tells about its use: one workspace each, shown once, kept as a digest."""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from storage.models import UsageToken
from storage.work import SystemWork, Work

PREFIX = "entrain"
NAME = 60
"""Characters of a token's name."""
ID_LENGTH = 32


class NoSuchToken(Exception):
    """There is no token of this number in the workspace; `entrain usage token list` shows them."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Bearer:
    """Who may tell about use in a workspace."""

    token_id: str
    workspace_id: str


def issue(work: Work, name: str, secret: str) -> str:
    """A new token, as it is to be given to the tool; `secret` is as hard to guess as 32 random bytes."""
    token = UsageToken(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        name=name[:NAME],
        digest=_digest(secret),
        created_at=work.now,
    )
    work.usage_tokens.add(token)
    return f"{PREFIX}_{token.id}_{secret}"


def number_of(token: str) -> str:
    """The number of a token that was issued; it opens nothing."""
    return token.split("_")[1]


def revoke(work: Work, token_id: str) -> None:
    """From now on it opens nothing. Raises NoSuchToken."""
    token = work.usage_tokens.find(token_id)
    if token is None or token.workspace_id != work.workspace_id:
        raise NoSuchToken
    token.revoked_at = token.revoked_at or work.now


def bearer(work: SystemWork, given: str) -> Bearer | None:
    """Whose token this is; None if it is nobody's, or revoked. Takes as long for a secret that is nearly right."""
    prefix, _, rest = given.partition("_")
    token_id, _, secret = rest.partition("_")
    known = prefix == PREFIX and len(token_id) == ID_LENGTH and token_id.isalnum()
    token = work.usage_tokens.find(token_id) if known else None
    good = compare_digest(token.digest if token else _digest(""), _digest(secret))
    if token is None or not good or token.revoked_at is not None:
        return None
    return Bearer(token.id, token.workspace_id)


def use(work: Work, token_id: str) -> None:
    """Keep the day on which the token was last of use."""
    token = work.usage_tokens.find(token_id)
    today = work.now.date()
    if token and token.used_on != today:
        token.used_on = today


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
