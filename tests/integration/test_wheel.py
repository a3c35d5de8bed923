"""What is shipped: the built wheel holds every content file and migration, and runs from a folder of its own."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "content", "digests", "nudges", "projects", "storage", "surveys")
DATA = {".yaml", ".csv", ".html", ".css", ".js", ".svg", ".png"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(folder / "installed")
    return folder / "installed"


def tracked(suffixes: set[str]) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts
    }


def test_everything_that_is_read_at_run_time_is_in_the_wheel(installed: Path) -> None:
    held = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
    assert tracked(DATA | {".py"}) - held == set()
    versions = {path.name for path in (ROOT / "alembic" / "versions").glob("*.py")}
    assert {Path(name).name for name in held if name.startswith("storage/migrations/versions/")} >= versions
    assert not any(name.startswith("tests/") for name in held)


def test_the_installed_package_migrates_and_answers(installed: Path, tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ENTRAIN_")},
        "PYTHONPATH": str(installed),
        "ENTRAIN_DATA_DIR": str(tmp_path / "data"),
    }
    checked = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:bot", "-m", "bot", "doctor"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "ok  database" in checked.stdout
    assert (tmp_path / "data" / "entrain.db").exists()
