"""What Relais makes of odd records is what the oracle expects: nobody is accused of a repair."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from shared.contracts.errors import InvalidMessage
from shared.contracts.inbound import read_inbound
from tests.chaos.load import GARBAGE
from tests.chaos.oracle.evidence import Record
from tests.chaos.oracle.fidelity import let_in, unlike
from tests.chaos.oracle.records import readable
from tests.chaos.oracle.schemas import read
from tests.kit.odd import ODD


def _deep(levels: int) -> bytes:
    return WHOLE[:-1].encode() + b', "metadata": {"a": ' + b"[" * levels + b"]" * levels + b"}}"


WHOLE = '{"id": "m", "conversation_id": "c", "channel": "chat", "text": "Où ?"}'
CODED = {coding: WHOLE.encode(coding) for coding in ("utf-8", "utf-8-sig", "utf-16", "utf-32-le", "latin-1")}
RAW = {
    **{name: odd.value for name, odd in ODD.items()},
    **{f"garbage {number}": raw for number, raw in enumerate(GARBAGE)},
    **CODED,
    **{f"{levels} levels": _deep(levels) for levels in (100, 400, 600, 5_000)},
}


@pytest.mark.parametrize("name", RAW)
def test_what_relais_reads_is_what_was_let_in(name: str) -> None:
    raw = RAW[name]
    try:
        message = read_inbound(raw, b"k", (), "0:0")
    except InvalidMessage as why:
        record = Record("inbound", 0, 0, 0.0, raw or b"", read("inbound", raw), key=b"k")
        assert not readable(record, why.reason)
    else:
        assert unlike(let_in(raw or b""), asdict(message)) == ""


def test_most_of_what_is_damaged_is_compared_all_the_same() -> None:
    assert let_in(CODED["utf-16"]) == {"id": "m", "conversation_id": "c", "text": "Où ?"}
    assert let_in(CODED["latin-1"]) == {"id": "m", "conversation_id": "c"}
    assert let_in(b'{"id": "", "conversation_id": 7, "text": ""}') == {"text": ""}
