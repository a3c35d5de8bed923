"""How sure a share is, and how sure a difference between two."""

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


def difference(later: tuple[int, int], earlier: tuple[int, int], z: float = Z95) -> tuple[float, float]:
    """The interval for the share of `later` minus that of `earlier`, each (count, of) of other people; from -1 to 1.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
    (1998), method 10: made of the two score intervals, and good for small groups.

    Raises:
        ValueError: one of them is not a share.
    """
    (low, high), (before_low, before_high) = wilson(*later, z), wilson(*earlier, z)
    share, before = later[0] / later[1], earlier[0] / earlier[1]
    change = share - before
    down = sqrt((share - low) ** 2 + (before_high - before) ** 2)
    up = sqrt((high - share) ** 2 + (before - before_low) ** 2)
    return max(-1.0, change - down), min(1.0, change + up)


def paired(one: int, other: int, of: int, z: float = Z95) -> tuple[float, float]:
    """The interval for the difference between two shares of the same `of` people; from -1 to 1.

    `one` are those of whom only the first holds, `other` those of whom only the second does.

    D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions based on
    paired data", Journal of Educational and Behavioral Statistics 37 (2012): one person more on either side.

    Raises:
        ValueError: they are not people out of `of`.
    """
    if of <= 0 or min(one, other) < 0 or one + other > of:
        raise ValueError(f"{one} and {other} are not parts of {of}")
    first, second = (one + 1) / (of + 2), (other + 1) / (of + 2)
    change = first - second
    half = z * sqrt((first + second - change * change) / (of + 2))
    return max(-1.0, change - half), min(1.0, change + half)
