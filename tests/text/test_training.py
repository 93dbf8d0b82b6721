"""Training: same corpus, same bytes; what cannot be used is refused by name and line."""

import json
from pathlib import Path

import pytest

from shared.text import weights
from shared.text.training import CorpusUnusable, train_intents, train_sentiment
from shared.text.training.corpus import groups
from shared.text.training.noise import noisy

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
        "rendez-moi l'argent pour {}",
        "avoir {} ?",
    ],
}
_THINGS = ["lampe", "chaise", "montre", "robe", "vélo", "tapis"]


def _corpus(root: Path) -> Path:
    for label, shapes in _ASKS.items():
        path = root / "intents" / "fr" / f"{label}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "\n".join(shape.format(thing) for shape in shapes for thing in _THINGS), encoding="utf-8"
        )
    outside = root / "out_of_scope" / "fr.txt"
    outside.parent.mkdir(parents=True)
    outside.write_text("\n".join(f"recette de {word} au four" for word in _THINGS * 2), encoding="utf-8")
    return root


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path / "corpus")
    for name in ("one", "two"):
        train_intents(corpus, tmp_path / name, routes={"track_order": "account"})
    for file in (weights.ARRAYS, weights.MANIFEST):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_progress_begins_at_nothing_and_ends_at_all(tmp_path: Path) -> None:
    told: list[float] = []
    train_intents(_corpus(tmp_path / "corpus"), tmp_path / "out", progress=lambda _, done: told.append(done))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_own_lines_can_be_learnt_from(tmp_path: Path) -> None:
    rows = [
        {"text": shape.format(t), "label": name}
        for name, shapes in _ASKS.items()
        for shape in shapes
        for t in _THINGS
    ]
    data = tmp_path / "own.jsonl"
    data.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert train_intents(None, tmp_path / "out", data=[data])["intents"] == ["get_refund", "track_order"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"text": "a", "label": "x"}\n{"text": "b"}', "own.jsonl:2"),
        ("no json", "own.jsonl:1"),
        ('{"text": "a", "label": "rare"}', r"rare \(own.jsonl:1\)"),
    ],
)
def test_lines_that_cannot_be_used_are_named_without_their_text(
    tmp_path: Path, content: str, told: str
) -> None:
    data = tmp_path / "own.jsonl"
    data.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusUnusable, match=told):
        train_intents(None, tmp_path / "out", data=[data])


def test_a_tone_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "own.jsonl"
    data.write_text("\n".join(['{"text": "a", "label": "cross"}'] * 5), encoding="utf-8")
    with pytest.raises(CorpusUnusable, match="cross"):
        train_sentiment(None, tmp_path / "out", data=[data])


def test_wrapped_copies_of_a_line_share_a_group() -> None:
    lines = [
        "je veux suivre le colis de ma fille",
        "je veux suivre le colis de ma fille svp",
        "carte refusée",
    ]
    first, second, other = groups(lines)
    assert first == second != other


def test_noise_is_repeatable_and_keeps_most_of_a_line() -> None:
    line = "je voudrais savoir quand mon colis sera livré"
    (once,), (again,) = noisy([line], [0.1], 7), noisy([line], [0.1], 7)
    assert once == again != line
    assert abs(len(once) - len(line)) < 20
