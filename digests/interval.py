"""How sure a share is."""

from math import sqrt

Z95 = 1.959963984540054
"""The standard normal's 97.5% quantile, for a 95% interval."""


def wilson(count: int, of: int, z: float = Z95) -> tuple[float, float]:
    """The score interval for `count` out of `of`, as two shares from 0 to 1.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927): it stays inside 0–1 and holds its level in small groups, where the textbook
    interval p ± z·√(p(1−p)/n) does not.

    Raises:
        ValueError: `of` is not positive, or `count` is not between 0 and `of`.
    """
    if of <= 0 or not 0 <= count <= of:
        raise ValueError(f"{count} out of {of} is not a share")
    share = count / of
    weight = z * z / of
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / of + weight / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)
