"""Two people say at the same moment that a story is theirs too, each in a transaction of their own."""

import pytest

from content.blockers import Blocker
from storage import models
from storage.database import Database
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.tested import UnderTest
from tests.support.together import posted, press, together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


def theirs_too(work: Work, user: str, share_id: str) -> None:
    press(work, user, "testimonial.react", f"{share_id}|me")


def test_an_author_hears_of_five_of_whom_two_said_so_together(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        company = UnderTest(work, 6)
        author, *readers = company.people
        company.told(author, Blocker.TRUST)
        (story,) = work.testimonials.of_author(author.id, models.TestimonialStatus.APPROVED)
        shares = [
            (person.external_id, work.testimonials.add_share(story.id, person.id).id) for person in readers
        ]
        for share in shares[:3]:
            theirs_too(work, *share)
    assert posted(database, workspace_id, "champion.reach") == 0
    together(
        database,
        workspace_id,
        clock,
        lambda work: theirs_too(work, *shares[3]),
        lambda work: theirs_too(work, *shares[4]),
    )
    assert posted(database, workspace_id, "champion.reach") == 1
