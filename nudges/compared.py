"""What a test of two variants leaves to choose from. Pure."""

from collections.abc import Container, Sequence

from content.arms import Arms


def offered(fitting: Sequence[str], arms: Arms, had: Container[str] = ()) -> tuple[str, ...]:
    """Of the nudges or routines that fit, by name: the person's own variant if they have not `had` it, never the other.

    Only where nothing but the other one fits is it left: a test does not silence anybody by chance.
    """
    own = arms.variant
    if own is not None and own in fitting and own not in had:
        return (own,)
    return tuple(name for name in fitting if name != arms.other) or tuple(fitting)
