"""The hashed feature pass: the same for a text alone and in company, and bounded by its text."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shared.text.concepts import concepts
from shared.text.features import BITS, BLOCKS, REGIONS, hashed
from shared.text.normalise import normalise
from shared.text.spelling import spelt


def _segments(texts: list[str]) -> list[list[list[int]]]:
    found = hashed(texts)
    rows = [found.rows[start:end].tolist() for start, end in pairwise(found.bounds.tolist())]
    return [[rows[at * BLOCKS + block] for block in range(BLOCKS)] for at in range(len(texts))]


@given(st.lists(st.text(max_size=40).map(normalise), min_size=1, max_size=8))
def test_a_text_has_the_same_features_alone_and_in_company(texts: list[str]) -> None:
    assert _segments(texts) == [_segments([text])[0] for text in texts]


@given(st.text(max_size=80).map(normalise))
def test_every_row_has_a_name_or_says_nothing(text: str) -> None:
    for rows, names in zip(_segments([text])[0], spelt(text), strict=True):
        assert len(rows) == len(names)


def test_every_text_owns_rows_in_every_block_even_an_empty_one() -> None:
    assert all(segment for text in _segments(["", "a", ""]) for segment in text)


def test_blocks_keep_to_their_regions() -> None:
    chars, words, ideas = _segments([normalise("où est mon colis, je l'attends depuis lundi")])[0]
    assert max(chars) < REGIONS[0] <= min(words)
    assert max(words) < REGIONS[1]
    assert all(row == 0 or REGIONS[1] <= row < 1 << BITS for row in ideas)


def test_the_order_of_two_concepts_does_not_matter() -> None:
    first, second = (set(_segments([text])[0][2]) for text in ("refund parcel", "parcel refund"))
    assert first == second


def test_common_words_do_not_share_rows() -> None:
    words = [
        normalise(word) for word in ("colis", "refund", "livraison", "order", "card", "carte", "mot", "vous")
    ]
    rows = [_segments([word])[0][1][0] for word in words]
    assert len(set(rows)) == len(words)


def test_concepts_cross_languages() -> None:
    assert concepts("ou est mon colis") == "where mine parcel"
    assert concepts("where was the parcel of mine") == "where parcel mine"


def test_one_pass_over_many_texts_is_one_array() -> None:
    found = hashed(["un colis"] * 300)
    assert found.texts == 300
    assert len(found.bounds) == 300 * BLOCKS + 1
    assert found.rows.dtype == np.uint32
