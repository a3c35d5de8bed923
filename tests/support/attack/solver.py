"""An attacker with a computer: what follows for certain from figures, whatever the rules were that let them out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from tests.support.attack.figures import Figure, Kind, known, secrets
from tests.support.attack.organisation import Answer, Organisation

Matrix = NDArray[np.float64]


def small_secrets(organisation: Organisation, k: int) -> list[Kind]:
    """Those that are of one to k - 1 people in truth."""
    return [kind for kind in secrets(organisation) if 0 < sum(map(kind, organisation.answers)) < k]


def by_algebra(organisation: Organisation, told: Sequence[Figure], k: int) -> int:
    """Small secrets that are sums and differences of figures, once every kind of which there is nobody is struck out."""
    if not told:
        return 0
    system, _, atoms = _equations(organisation, told)
    kinds = small_secrets(organisation, k)
    wanted = np.array([[kind(atom) for atom in atoms] for kind in kinds], float).reshape(
        len(kinds), len(atoms)
    )
    basis = _row_space(system)
    rest = wanted - wanted @ basis.T @ basis
    return int((np.abs(rest).max(axis=1, initial=0) < 1e-6).sum())


def by_bounds(organisation: Organisation, told: Sequence[Figure], k: int, tries: int = 12) -> int:
    """Small secrets of which the least and the greatest possible value are the same, since nothing is negative.

    Random corners of what is possible sort most of them out; the rest is bounded from both sides.
    """
    if not told:
        return 0
    system, counts, atoms = _equations(organisation, told)
    kinds = small_secrets(organisation, k)
    wanted = [np.array([float(kind(atom)) for atom in atoms]) for kind in kinds]
    truth = [float(sum(map(kind, organisation.answers))) for kind in kinds]
    rng = np.random.default_rng(len(organisation.answers))
    system, counts = _independent(system, counts)
    open_ = list(range(len(kinds)))
    for _ in range(tries):
        corner = _solve(rng.normal(size=len(atoms)), system, counts)
        open_ = [at for at in open_ if abs(wanted[at] @ corner - truth[at]) < 1e-6]
    return sum(
        all(
            abs(wanted[at] @ _solve(sign * wanted[at], system, counts) - truth[at]) < 1e-6 for sign in (1, -1)
        )
        for at in open_
    )


def _equations(organisation: Organisation, told: Sequence[Figure]) -> tuple[Matrix, Matrix, list[Answer]]:
    """Figures, and what colleagues know, as rows over the kinds of people of whom there may be somebody."""
    told = [*known(organisation), *told]
    atoms = organisation.atoms()
    system = np.array([[figure.kind(atom) for atom in atoms] for figure in told], float)
    counts = np.array([figure.count for figure in told], float)
    possible = ~(system[counts == 0] > 0).any(axis=0)
    kept = [atom for atom, there in zip(atoms, possible, strict=True) if there]
    return system[:, possible], counts, kept


def _row_space(system: Matrix) -> Matrix:
    _, values, rows = np.linalg.svd(system, full_matrices=False)
    return rows[values > 1e-9 * values[0]]


def _independent(system: Matrix, counts: Matrix) -> tuple[Matrix, Matrix]:
    """Without the equations that follow from others, which a solver stumbles over."""
    left, values, rows = np.linalg.svd(system, full_matrices=False)
    strong = values > 1e-9 * values[0]
    return rows[strong] * values[strong, None], (left.T @ counts)[strong]


def _solve(costs: Matrix, system: Matrix, counts: Matrix) -> Matrix:
    solved = linprog(costs, A_eq=system, b_eq=counts, bounds=(0, 10_000), method="highs")
    assert solved.success, solved.message
    return np.asarray(solved.x)
