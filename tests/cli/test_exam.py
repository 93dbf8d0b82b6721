"""The exams of the models say what they need, and judge what they are given."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.models import exam
from shared.contracts.errors import UserMistake
from shared.runtime.settings import ROOT
from tests.docs.pages import rows


def test_without_its_data_the_exam_names_every_file_it_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.cli.models.exam", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1
    assert all(str(tmp_path / folder / "data.jsonl") in ran.stderr for folder in exam.DATA.values())
    assert "DATASETS=" in ran.stderr


def test_every_dataset_is_told_on_the_page() -> None:
    told = {row[0] for row in rows("understanding.md", "## Figures") if len(row) == 4}
    assert told == {"folder", *exam.DATA.values()}


def test_neither_a_folder_nor_a_known_exam_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="name the folder"):
        exam.main()
    with pytest.raises(UserMistake, match="no exam 'banking'; the exams are"):
        exam.main(str(tmp_path), "banking")


@pytest.mark.parametrize("line", ["{broken", '{"text": "a"}', "[1]", '{"lang": "en", "split": "cv"}'])
def test_data_of_another_form_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "banking77").mkdir()
    (tmp_path / "banking77" / "data.jsonl").write_text(line)
    with pytest.raises(UserMistake, match=r"banking77/data.jsonl: "):
        exam.main(str(tmp_path), "banking77")


def test_an_exam_judges_the_data_in_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nlupp").mkdir()
    texts = {"can I talk to a person please": "handoff", "what does delivery cost": "how_much"}
    lines = [json.dumps({"text": text, "label": label}) for text, label in texts.items()]
    (tmp_path / "nlupp" / "data.jsonl").write_text("\n".join(lines))
    exam.main(str(tmp_path), "nlupp")
    told = json.loads(capsys.readouterr().out)["nlupp"]["all"]
    assert (told["lines"], told["positives"], told["recall"]["value"]) == (2, 1, 1.0)
