"""What the models see of a text, and that no text, however hostile, costs much or raises."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.normalise import HEAD, TAIL, normalise


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Où est MON colis ?", "ou est mon colis ?"),
        ("merciiiii", "merci"),
        ("commande n°4589632 du 12/03", "commande n 000 du 00 00"),
        ("j'attends", "j attends"),
        ("écris à jean.dupont@example.org", "ecris a zmail"),
        ("voir https://exemple.fr/a?b=c ici", "voir zurl ici"),
        ("je m'appelle Fatoumata", "je m appelle zname"),
        ("Madame Rose", "madame zname"),
        ("une rose rouge", "une rose rouge"),
        ("cœur", "coeur"),
        ("c’est nul 😡", "c est nul zangry"),
        ("RENDEZ MOI MON ARGENT", "rendez moi mon argent zcaps"),
        ("non !!!", "non ! zloud"),
        ("", ""),
        ("…", ""),
    ],
)
def test_a_text_is_seen_as(text: str, seen: str) -> None:
    assert normalise(text) == seen


@given(st.text(st.characters(), max_size=300))
def test_any_text_becomes_words_of_plain_letters(text: str) -> None:
    seen = normalise(text)
    assert set(seen) <= set("abcdefghijklmnopqrstuvwxyz0?! ")
    assert seen == " ".join(seen.split())


@pytest.mark.parametrize(
    "text",
    [
        "\0" * 1_000_000,
        "\udc00\ud800" * 500_000,
        "a" + "\u0301" * 100_000,
        "a" + "\u0301\u0327" * 50_000,
        "\u202e\u2066" * 100_000,
        "\ufdfa" * 1_000_000,
        "a@" * 500_000,
        "http://" * 100_000,
        "!?" * 500_000,
        "à" * 1_000_000,
    ],
    ids=[
        "nul",
        "surrogates",
        "accents",
        "two accents",
        "bidi",
        "ligatures",
        "mails",
        "urls",
        "marks",
        "letters",
    ],
)
def test_a_hostile_text_is_read_in_bounded_time(text: str) -> None:
    began = time.perf_counter()
    assert len(normalise(text)) <= 20 * (HEAD + TAIL)
    assert time.perf_counter() - began < 2


def test_the_end_of_a_long_text_counts() -> None:
    assert normalise("x " * 5000 + "remboursement").endswith("remboursement")
