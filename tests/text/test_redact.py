"""What is masked before anything is kept, and what is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.redact import is_card, is_iban, redact


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("écrivez à marie.curie@example.org merci", "écrivez à [email] merci"),
        ("carte 4111 1111 1111 1111", "carte [card]"),
        ("carte 4111-1111-1111-1111 exp 12/27", "carte [card] exp 12/27"),
        ("iban FR14 2004 1010 0505 0001 3M02 606", "iban [iban]"),
        ("mon iban FR1420041010050500013M02606 voilà", "mon iban [iban] voilà"),
        ("appelez le 06 12 34 56 78", "appelez le [phone]"),
        ("appelez le +33 6 12 34 56 78 svp", "appelez le [phone] svp"),
        ("call 020 7946 0958", "call [phone]"),
        ("call 07700900123", "call [phone]"),
        ("commande 123456789012", "commande 123456789012"),
        ("facture 2024-118 de 45,90 €", "facture 2024-118 de 45,90 €"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("rien à masquer", "rien à masquer"),
    ],
)
def test_a_text_is_kept_as(text: str, kept: str) -> None:
    assert redact(text) == kept


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text", ["1 " * 500_000, "FR76 " * 200_000, "+33 " * 200_000, "@" * 1_000_000, "a.b@" * 250_000]
)
def test_what_a_hostile_text_costs_grows_with_its_length_only(text: str) -> None:
    times = 8
    assert cost(text) < 4 * times * cost(text[: len(text) // times])


def cost(text: str) -> float:
    """CPU of this thread: others at work on the machine do not count."""
    began = time.thread_time()
    redact(text)
    return time.thread_time() - began


def test_checksums_follow_their_standards() -> None:
    assert is_card("4111111111111111")
    assert not is_card("0000000000000")
    assert is_iban("GB82WEST12345698765432")
    assert not is_iban("GB82WEST12345698765431")
