"""`relais train`, `evaluate`, `predict` and `recalibrate` on a small shop of one's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import relais

_ASKS = {
    "track_order": [
        "où est mon colis {}",
        "suivi du colis {}",
        "mon colis {} n'arrive pas",
        "colis {} perdu ?",
    ],
    "get_refund": [
        "remboursez-moi {}",
        "je veux être remboursé de {}",
        "rendez l'argent de {}",
        "avoir {} ?",
    ],
    "oos": ["recette de {}", "quel temps fait-il sur {}", "chanson sur {}", "raconte {} en vers"],
}
_THINGS = ["lampe", "chaise", "montre", "robe", "vélo", "tapis", "miroir"]
ROWS = [
    {"text": shape.format(thing), "label": label, "lang": "fr", "n": number}
    for label, shapes in _ASKS.items()
    for number, (shape, thing) in enumerate((s, t) for s in shapes for t in _THINGS)
]
PNG = b"\x89PNG"


def _write(file: Path, rows: list[Any]) -> Path:
    file.write_text(
        "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8"
    )
    return file


def _ran(home: Path, *arguments: str) -> str:
    ran = relais(home, *arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def model(home: Path) -> Path:
    one, other = _write(home / "one.jsonl", ROWS[:40]), _write(home / "other.jsonl", ROWS[40:])
    _ran(home, "train", "--data", str(one), str(other), "--out", str(home / "model"))
    return home / "model"


def test_a_model_comes_with_its_report_and_pictures(model: Path) -> None:
    assert json.loads((model / "manifest.json").read_text())["intents"] == ["get_refund", "track_order"]
    report = (model / "report.md").read_text()
    assert "Confusion pairs" in report
    for picture in ("calibration.png", "risk_coverage.png"):
        assert picture in report
        assert (model / picture).read_bytes().startswith(PNG)
    assert not any(row["text"] in report for row in ROWS)


def test_the_same_data_and_seed_give_the_same_bytes(home: Path, model: Path) -> None:
    files = [str(home / "one.jsonl"), str(home / "other.jsonl")]
    _ran(home, "train", "--data", files[0], "--data", files[1], "--out", str(home / "again"), "--seed", "7")
    made = sorted(file.relative_to(model) for file in model.rglob("*") if file.is_file())
    assert {file.as_posix() for file in made} >= {"weights.npz", "manifest.json", "tone/weights.npz"}
    for file in made:
        assert (home / "again" / file).read_bytes() == (model / file).read_bytes(), file


def test_a_label_with_too_few_lines_is_refused_by_its_lines(home: Path) -> None:
    data = _write(home / "few.jsonl", [*ROWS, {"text": "a", "label": "rare"}, {"text": "b", "label": "rare"}])
    ran = relais(home, "train", "--data", str(data), "--out", str(home / "none"))
    assert ran.returncode == 2
    assert f"few.jsonl:{len(ROWS) + 1}" in ran.stderr
    assert "rare" in ran.stderr
    assert not (home / "none").exists()


def test_own_data_never_replaces_the_shipped_weights(home: Path) -> None:
    ran = relais(home, "train", "--data", str(_write(home / "some.jsonl", ROWS)))
    assert ran.returncode == 2
    assert "--out" in ran.stderr


MEASURES = {
    "intent": {"accuracy", "macro_f1", "ece", "coverage_at_5_wrong", "out_of_scope_auroc"},
    "frustration": {"auroc", "precision", "recall"},
    "human": {"auroc", "precision", "recall"},
}
LABELS: dict[str, dict[str, object]] = {
    "frustration": {"track_order": "calm", "get_refund": "angry", "oos": "annoyed"},
    "human": {"track_order": "handoff|slow", "get_refund": False, "oos": "oos"},
}


@pytest.mark.parametrize("task", MEASURES)
def test_every_figure_comes_with_its_interval(home: Path, model: Path, task: str) -> None:
    rows = [row | {"label": LABELS.get(task, {}).get(str(row["label"]), row["label"])} for row in ROWS]
    told = json.loads(
        _ran(home, "evaluate", str(model), str(_write(home / "t.jsonl", rows)), "--task", task, "--json")
    )
    assert told["task"] == task
    assert told["lines"] == len(ROWS)
    for name in MEASURES[task]:
        assert 0.0 <= told[name]["low"] <= told[name]["high"] <= 1.0
        assert 0.0 <= told[name]["value"] <= 1.0


def test_lines_that_cannot_be_judged_are_named_by_number(home: Path, model: Path) -> None:
    data = _write(home / "bad.jsonl", [ROWS[0], {"text": "sans étiquette"}])
    ran = relais(home, "evaluate", str(model), str(data), "--task", "intent")
    assert ran.returncode == 2
    assert "line 2" in ran.stderr


def test_predictions_are_the_same_lines_with_what_was_understood(home: Path, model: Path) -> None:
    rows: list[Any] = [ROWS[0], "{broken", "[1]", {"text": 7}, {"text": "un conseiller svp", "id": "x"}]
    ran = relais(home, "predict", str(model), str(_write(home / "p.jsonl", rows)))
    first, *broken, last = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0
    assert first.items() >= ROWS[0].items()
    assert first["intents"][0].keys() == {"name", "p"}
    assert first["unknown"] is None
    assert first["frustration"].keys() == {"score", "low", "high", "level"}
    assert [line["line"] for line in broken] == [2, 3, 4]
    assert all("error" in line for line in broken)
    assert "p.jsonl:2" in ran.stderr
    assert last["id"] == "x"
    assert last["language"] == "fr"
    assert last["wants_human"]["value"] is True
    assert last["wants_human"]["p"] > 0.5


def test_without_a_model_the_shipped_one_reads(home: Path) -> None:
    (line,) = _ran(
        home, "predict", str(_write(home / "q.jsonl", [{"text": "où est mon colis ?"}]))
    ).splitlines()
    assert json.loads(line)["intents"][0]["name"] == "track_order"


def test_text_on_the_command_line_is_read_too(home: Path) -> None:
    told = json.loads(_ran(home, "predict", "où est mon colis ?", "--json"))
    assert told["intent"]["intents"][0][0] == "track_order"


def test_an_empty_text_is_text(home: Path) -> None:
    assert json.loads(_ran(home, "predict", "", "--json"))["intent"]["unknown"] == "too_short"


def test_a_text_longer_than_the_name_of_any_file_is_text(home: Path) -> None:
    text = "où est mon colis ? " * 300
    told = json.loads(_ran(home, "predict", text, "--json"))
    assert told["text"] == text
    assert told["intent"]["intents"][0][0] == "track_order"


def test_a_file_that_is_not_there_is_no_text(home: Path) -> None:
    ran = relais(home, "predict", "nowhere.jsonl")
    assert ran.returncode == 2
    assert "nowhere.jsonl" in ran.stderr


@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_damaged_model_is_refused(home: Path, model: Path, harm: str) -> None:
    broken = home / harm
    _ran(home, "train", "--data", str(_write(home / "all.jsonl", ROWS)), "--out", str(broken))
    content = (broken / "weights.npz").read_bytes()
    (broken / "weights.npz").unlink()
    if harm != "gone":
        (broken / "weights.npz").write_bytes(content[:-9] if harm == "cut" else b"x" + content[1:])
    ran = relais(home, "predict", str(broken), str(home / "all.jsonl"))
    assert ran.returncode == 2
    assert "relais train" in ran.stderr


def test_corrections_change_confidence_and_gate_and_nothing_else(home: Path, model: Path) -> None:
    copy = home / "corrected"
    _ran(home, "train", "--data", str(home / "one.jsonl"), str(home / "other.jsonl"), "--out", str(copy))
    wrong = {"track_order": "get_refund", "get_refund": "track_order", "oos": "oos"}
    rows = [row | {"label": wrong[str(row["label"])]} for row in ROWS]
    told = json.loads(_ran(home, "recalibrate", str(copy), str(_write(home / "c.jsonl", rows)), "--json"))
    before, after = (json.loads((one / "manifest.json").read_text()) for one in (model, copy))
    assert told["version"] == after["version"] != before["version"]
    assert told["ece"]["after"] < told["ece"]["before"]
    assert after["curve"][0] < before["curve"][0]
    assert after["gate"]["threshold"] != before["gate"]["threshold"]
    assert (copy / "weights.npz").read_bytes() == (model / "weights.npz").read_bytes()
    _ran(home, "predict", str(copy), str(home / "one.jsonl"))


def test_too_few_corrections_are_refused(home: Path, model: Path) -> None:
    ran = relais(home, "recalibrate", str(model), str(_write(home / "two.jsonl", ROWS[:2])))
    assert ran.returncode == 2
    assert "20 are needed" in ran.stderr
