"""Which language a message is taken for."""

import pytest

from shared.text.language import detect
from shared.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("où est mon colis", "fr"),
        ("ou est ma commande svp", "fr"),
        ("g pas recu mon colis", "fr"),
        ("where is my parcel", "en"),
        ("Good morning", "en"),
        ("Store électrique bloqué", "und"),
        ("Forfait Free résiliation", "und"),
        ("wheres my order pls", "en"),
        ("dónde está mi pedido por favor", "es"),
        ("wo ist meine Bestellung", "de"),
        ("dove si trova il mio ordine", "it"),
        ("waar is mijn bestelling", "nl"),
        ("مرحبا أين طلبي", "ar"),
        ("где мой заказ", "ru"),
        ("お荷物はどこですか", "ja"),
        ("我的订单在哪里", "zh"),
        ("paypal?", "und"),
        ("12345", "und"),
        ("", "und"),
        ("👍", "und"),
    ],
)
def test_a_message_is_taken_for(text: str, code: str) -> None:
    assert detect(text, normalise(text).split()) == code


def test_one_foreign_word_does_not_make_a_message_foreign() -> None:
    text = "Do you have gracias printed mugs for my order?"
    assert detect(text, normalise(text).split()) == "en"
