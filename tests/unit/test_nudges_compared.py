"""Two variants compared: each person gets their own once, and never the other."""

from hypothesis import given
from hypothesis import strategies as st

from content.arms import Arms
from nudges.compared import offered

NAMES = st.lists(st.sampled_from("abcdef"), min_size=1, unique=True)
TESTED = Arms(variant="a", other="b")


def test_without_a_test_everything_that_fits_is_left() -> None:
    assert offered(("a", "b", "c"), Arms()) == ("a", "b", "c")


def test_ones_own_comes_first_and_then_whatever_else_but_the_other() -> None:
    assert offered(("a", "b", "c"), TESTED) == ("a",)
    assert offered(("a", "b", "c"), TESTED, {"a"}) == ("a", "c")
    assert offered(("b", "c"), TESTED) == ("c",)


@given(fitting=NAMES, had=st.sets(st.sampled_from("abcdef")))
def test_there_is_always_something_and_the_other_only_where_nothing_else_fits(
    fitting: list[str], had: set[str]
) -> None:
    left = offered(fitting, TESTED, had)
    assert left
    assert set(left) <= set(fitting)
    assert "b" not in left or fitting == ["b"]
