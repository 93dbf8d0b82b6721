"""Values too big or too odd for a file: what a channel can publish by mistake or from spite."""

from typing import NamedTuple

MB = 1_000_000
"""Under the limit of the topic."""
Headers = tuple[tuple[str, bytes | None], ...]


class Monster(NamedTuple):
    """A record, and what must become of it: a reason for quarantine, or the damage that is named."""

    name: str
    value: bytes | None
    expected: str | tuple[str, ...]
    key: bytes | None = None
    headers: Headers = ()


def written(**fields: str) -> bytes:
    """A record of JSON pieces: its fields are given as JSON already."""
    given = {"id": '"m-1"', "conversation_id": '"conv-17"', "channel": '"chat"', "text": '"hello"'} | fields
    return ("{" + ",".join(f'"{name}":{piece}' for name, piece in given.items()) + "}").encode()


def quoted(piece: str, characters: int = MB) -> str:
    """A JSON string of about so many characters of JSON."""
    return '"' + piece * (characters // len(piece.encode())) + '"'


def noted(piece: str) -> bytes:
    """A record with this in its metadata."""
    return written(metadata=f'{{"a":{piece}}}')


def many(piece: str, times: int = MB) -> str:
    """A JSON list of as many pieces as fit into `times` characters."""
    return "[" + ",".join([piece] * (times // (len(piece) + 1))) + "]"


def nested(depth: int, around: str = "1") -> str:
    return "[" * depth + around + "]" * depth


ODD_HEADERS: Headers = (
    ("traceparent", b"\xff\xfe"),
    ("ce_id", None),
    ("ce_type", b"x" * 10_000),
    ("", b""),
    ("reply_to", b"somewhere.else"),
    ("relais-moved-from", None),
    ("traceparent\n", b"x"),
    ("ce_\u0130", b"x"),
)

NAMES_OF_90_000 = tuple(f"k{n}" for n in range(90_000))
NAMES_AS_METADATA = "{" + ",".join(f'"{name}":1' for name in NAMES_OF_90_000) + "}"
NO_NAMES = ("json", "id", "conversation_id", "channel")
TALKATIVE = f'{{"language":{quoted("f")}}}'

MONSTERS = (
    Monster("a tombstone", None, "no_value"),
    Monster("more than the topic takes", written(text=quoted("a", 2 * MB)), "too_large"),
    Monster("a text of 1 MB", written(text=quoted("a")), ()),
    Monster("a text of 1 MB of zeros", written(text=quoted("\x00")), ("json",)),
    Monster("a text of 1 MB of no UTF-8", written(text='"?"').replace(b"?", b"\xff" * MB), ("json",)),
    Monster("a text of 1 MB of quotes", written(text=quoted('\\"')), ()),
    Monster("170,000 lone surrogates", written(text=quoted("\\ud800")), ("json",)),
    Monster("1 MB of UTF-16", f'{{"text":{quoted("水", MB // 2)}}}'.encode("utf-16"), NO_NAMES),
    Monster("100,000 open brackets", b"[" * 100_000, "too_deep"),
    Monster("100,000 open braces", b'{"a":' * 100_000, "too_deep"),
    Monster("metadata 100,000 deep", noted(nested(100_000)), "too_deep"),
    Monster("metadata 900 deep", noted(nested(900)), ("json", "metadata")),
    Monster("metadata 900 deep, 500 times", noted(many(nested(900))), ("json", "metadata")),
    Monster("metadata of 500,000 numbers", noted(many("1")), ()),
    Monster("metadata of numbers that grow", noted(many("1e15")), ()),
    Monster("metadata of numbers of 4,000 digits", noted(many("9" * 4_000)), ("metadata",)),
    Monster("metadata of numbers of 5,000 digits", noted(many("9" * 5_000)), ("json",)),
    Monster("metadata with 90,000 names", written(metadata=NAMES_AS_METADATA), ()),
    Monster("90,000 fields nobody knows", written(**dict.fromkeys(NAMES_OF_90_000, "1")), ()),
    Monster("the same, damaged", written(**dict.fromkeys(NAMES_OF_90_000, "1"), id="1"), ("json",)),
    Monster("the same name 100,000 times", b"{" + b'"id":"m",' * 100_000 + written()[1:], ()),
    Monster("a text that is a number of 100,000 digits", written(text="9" * 100_000), ("json",)),
    Monster("an id that is a number of 1,000,000 digits", written(id="9" * MB), ("json",)),
    Monster("a fraction of 1,000,000 digits", written(text="0." + "9" * MB), ("json",)),
    Monster("an exponent of 1,000,000 digits", written(text="1e" + "9" * MB), ("json",)),
    Monster("an id of 10,000 characters", written(id=quoted("i", 10_000)), ("json",)),
    Monster("a conversation of 500,000 characters", written(conversation_id=quoted("é")), ("json",)),
    Monster("a language of 1 MB", written(language=quoted("f")), ("json", "language")),
    Monster(
        "a customer's language of 1 MB",
        written(customer=f'{{"language":{quoted("f")}}}'),
        ("json", "customer"),
    ),
    Monster("a date of 1 MB", written(sent_at=quoted("1")), ("json", "sent_at")),
    Monster("500,000 attachments that are none", written(attachments=many("1")), ("json", "attachments")),
    Monster("80,000 attachments", written(attachments=many('{"kind":""}')), ()),
    Monster("fields that only we may write", written(damage='["x"]', headers='{"ce_id":"forged"}'), ()),
    Monster("the same, of other kinds", written(damage="null", headers='[1,"x"]'), ()),
    Monster("500,000 of them", written(damage=many("1")), ()),
    Monster("1 MB of spaces", b" " * MB, "not_json"),
    Monster("1 MB of noise", b"\x80\xff" * (MB // 2), "not_json"),
    Monster("1 MB of backslashes", b'"' + b"\\" * MB, "not_json"),
    Monster("1 MB of zeros", b"\x00" * MB, "not_json"),
    Monster("a key of no UTF-8", b'{"text":"hello"}', NO_NAMES, key=b"\xff" * 1_000),
    Monster("10,000 headers", written(), (), headers=tuple((f"ce_h{n}", b"v") for n in range(10_000))),
    Monster("odd headers", written(), (), headers=ODD_HEADERS),
)


def name_of(monster: Monster) -> str:
    """For the names of tests."""
    return monster.name
