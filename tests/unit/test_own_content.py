"""`entrain content check` over a whole folder: what is read, what is not, and the examples of the documentation."""

import re
from pathlib import Path

from bot.own_content import check

DOCS = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", DOCS, re.DOTALL)


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_the_examples_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    assert [place for place, _ in EXAMPLES] == ["packs/habit.yaml", "routines/habit.yaml"]
    for place, text in EXAMPLES:
        file = write(tmp_path / place, text)
        assert check(file) == []
    assert check(tmp_path) == []


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (told,) = check(tmp_path)
    assert "holds no packs/*.yaml, no routines/*.yaml, no scripts/*.yaml" in str(told)


def test_a_file_is_what_its_folder_says(tmp_path: Path) -> None:
    text = dict(EXAMPLES)["packs/habit.yaml"]
    assert "routines: is missing" in str(check(write(tmp_path / "routines" / "habit.yaml", text))[0])
    assert "questions: is missing" in "".join(
        str(each) for each in check(write(tmp_path / "scripts" / "habit.yaml", text))
    )


def test_what_nobody_reads_is_told(tmp_path: Path) -> None:
    for place, text in EXAMPLES:
        write(tmp_path / place, text)
    for place in ("pakcs/time.yaml", "loose.yaml", "packs/old/time.yaml", "packs/time.yml"):
        write(tmp_path / place, "blocker: time")
    told = [str(each).removeprefix(f"{tmp_path}/") for each in check(tmp_path)]
    assert told == [
        "loose.yaml: is not read; put it in packs, routines, scripts",
        "packs/old/time.yaml: is not read; put it in packs, routines, scripts",
        "packs/time.yml: is not read; let its name end in .yaml",
        "pakcs/time.yaml: is not read; put it in packs, routines, scripts; did you mean 'packs'?",
    ]


def test_mistakes_of_every_kind_are_told_together(tmp_path: Path) -> None:
    for place, text in EXAMPLES:
        write(tmp_path / place, text.replace("habit", "habits"))
    write(tmp_path / "scripts" / "mine.yaml", "key: mine")
    told = "\n".join(str(each) for each in check(tmp_path))
    assert told.count("did you mean 'habit'?") == 2
    assert "mine.yaml:1: questions: is missing" in told
