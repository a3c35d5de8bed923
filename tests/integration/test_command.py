"""`entrain`, as the README names it, works from any folder once the environment is set up."""

import subprocess
import sys
from pathlib import Path


def test_the_command_of_the_environment_runs_from_anywhere(tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "entrain"
    assert command.exists(), "run `make install`: it writes the command"
    ran = subprocess.run(
        [command, "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "adoption coach" in ran.stdout
