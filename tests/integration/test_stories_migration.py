"""What was sent before places were written down can be taken back too; the way down keeps every text."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import URL, text

from storage import migrate, models
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.ids import CountedIds
from storage.models import Naming, Place, Project, Role, StoryQuestion, Testimonial
from storage.repositories.outbox import Posting
from tests.support.clock import FixedClock
from tests.support.databases import keyring


@pytest.fixture
def opened(database_url: str, clock: FixedClock) -> Iterator[Database]:
    database = Database(database_url, keyring(), clock, CountedIds())
    yield database
    database.dispose()


def _add_page(url: URL, workspace_id: str, page: str) -> None:
    """As it was published then: later revisions keep no such pages."""
    engine = migrator(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO digests (id, project_id, week, page, published_at, workspace_id) "
                "SELECT 'd', id, '2026-W48', :page, created_at, :workspace FROM projects"
            ),
            {"page": page, "workspace": workspace_id},
        )
    engine.dispose()


@pytest.mark.both_databases
def test_texts_survive_the_way_down_and_their_places_are_found_on_the_way_up(
    opened: Database, database_url: str
) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with opened.transaction(workspace.id) as work:
        people = [work.people.ensure(name, name) for name in ("aude", "karim", "sandrine")]
        aude, karim, sandrine = (person.id for person in people)
        work.projects.add(
            Project(
                id="p", workspace_id=workspace.id, key="k", definition="{}", ends_on=None, created_at=work.now
            )
        )
        work.projects.join("p", aude, Role.CHAMPION).reviews = True
        for id_, status in (("t1", "approved"), ("t2", "change_asked"), ("t3", "replaced")):
            work.testimonials.add(
                Testimonial(
                    id=id_,
                    workspace_id=workspace.id,
                    project_id="p",
                    author_id=aude,
                    text=work.seal("testimonials.text", id_, row=id_),
                    blocker="trust",
                    naming=Naming.FULL,
                    status=models.TestimonialStatus(status),
                    consented_at=work.now,
                    expires_on=work.now.date() + timedelta(days=9),
                    created_at=work.now,
                )
            )
        share = work.testimonials.add_share("t1", karim)
        work.stories.add_question(
            StoryQuestion(
                id="q",
                workspace_id=workspace.id,
                share_id=share.id,
                testimonial_id="t1",
                author_id=aude,
                text=work.seal("story_questions.text", "?", row="q"),
                asked_at=work.now,
            )
        )
        page = {"project": "p", "week": "2026-W48"}
        for person, intent, args, key in (
            (karim, "testimonial.share", {"share": share.id}, f"share:{share.id}"),
            (sandrine, "testimonial.review", {"testimonial": "t1"}, f"review:t1:{sandrine}"),
            (sandrine, "digest.weekly", page, "e7#1"),
            (sandrine, "digest.weekly", page | {"week": "2026-W47"}, "e6#1"),
        ):
            work.outbox.put(Posting(person, intent, args, key, work.now))
    opened.dispose()
    migrate.downgrade(url, "0016")
    _add_page(url, workspace.id, json.dumps({"story": "t1"}))
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        found = {
            (place.person_id, place.place, place.key) for place in work.stories.places("t1", tuple(Place))
        }
        assert found == {
            (karim, Place.SHARE, f"share:{share.id}"),
            (sandrine, Place.REVIEW, f"review:t1:{sandrine}"),
            (sandrine, Place.DIGEST, "e7#1"),
        }
        rows = [work.testimonials.find(id_) for id_ in ("t1", "t2", "t3")]
        assert [row.status.value for row in rows if row] == ["approved", "submitted", "withdrawn"]
        assert [work.open("testimonials.text", row.text, row=row.id) for row in rows if row] == [
            "t1",
            "t2",
            "t3",
        ]
        assert work.stories.find_question("q") is None
