"""The shipped templates of routines: three moments to choose from for each obstacle, each of them fit for a button."""

import re

import pytest

from content.blockers import CAUSES, Blocker
from nudges.content import templates
from nudges.template import LABEL_LENGTH, Template

SHIPPED = [(b, key, t) for b, held in templates().items() for key, t in held.items()]
ADDRESSED = re.compile(r"\b(tu|toi|ton|tes|te|vous|votre|vos|you|your)\b", re.IGNORECASE)


@pytest.mark.parametrize("blocker", CAUSES)
def test_each_obstacle_has_three_templates_on_three_kinds_of_moment(blocker: Blocker) -> None:
    held = templates()[blocker]
    assert len(held) == 3
    assert len({template.kind for template in held.values()}) == 3


def test_no_key_stands_under_two_obstacles() -> None:
    keys = [key for _, key, _ in SHIPPED]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("blocker", "key", "template"), SHIPPED, ids=[f"{b}.{k}" for b, k, _ in SHIPPED])
def test_a_template_is_a_plan_in_the_persons_own_mouth(
    blocker: Blocker, key: str, template: Template
) -> None:
    assert template.longest <= LABEL_LENGTH
    for cue, action in zip(template.cue.forms, template.action.forms, strict=True):
        assert "{tool}" in action
        assert cue[0].isupper()
        assert not ADDRESSED.search(f"{cue}, {action}")
        assert not action.endswith(".")
        assert not re.search(r"\b(de|que|le|se|ne) \{tool\}", action)
