"""Personal and payment data masked, for everything that is kept longer than the message itself.

Masked: e-mail addresses, card numbers (13 to 19 digits that pass Luhn's check), IBANs (that pass the
ISO 13616 check), telephone numbers of French, British and international form. The text around them
stays as it is. Order numbers stay: they are no personal data and people need them.
"""

import re

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{2,4}){3,8}\b")
_GAP = re.compile(r"[ -]")
_DIGITS = re.compile(r"(?<![\w+])\d(?:[ .-]?\d){12,18}(?!\w)")
_PHONE = re.compile(
    r"(?<![\w+])(?:\+\d{1,3}|00\d{1,3})[ .-]?(?:\(0\)[ .-]?)?\d(?:[ .-]?\d){6,11}(?!\w)"
    r"|(?<![\w+])0[1-9](?:[ .-]?\d{2}){4}(?!\w)"
    r"|(?<![\w+])0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?!\w)"
    r"|(?<![\w+])07\d{9}(?!\w)"
)


def redact(text: str) -> str:
    """`text` with `[email]`, `[card]`, `[iban]` and `[phone]` in place of what identifies or pays."""
    if "@" in text:
        text = _MAIL.sub("[email]", text)
    if not any(map(str.isdigit, text)):
        return text
    text = _IBAN.sub(lambda found: _without_iban(found[0]), text)
    text = _DIGITS.sub(lambda found: "[card]" if is_card(found[0]) else found[0], text)
    return _PHONE.sub("[phone]", text)


def _without_iban(candidate: str) -> str:
    """`candidate` with the longest IBAN it begins with masked; words after it may have been caught."""
    for end in [len(candidate), *(gap.start() for gap in reversed(list(_GAP.finditer(candidate))))]:
        if is_iban(candidate[:end]):
            return "[iban]" + candidate[end:]
    return candidate


def is_card(candidate: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, annex B) on 13 to 19 digits, separators aside."""
    digits = [int(char) for char in candidate if char.isdecimal()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_iban(candidate: str) -> bool:
    """The check of ISO 13616: moved and spelt as a number, it leaves 1 when divided by 97."""
    plain = re.sub(r"[ -]", "", candidate).upper()
    if not 15 <= len(plain) <= 34 or not plain.isascii() or not plain.isalnum():
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1
