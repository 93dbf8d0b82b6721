"""What labels mean, in files that others have labelled."""

OUTSIDE_LABELS = frozenset(("oos", "out_of_scope", "_outside"))
"""Out of scope: belongs to the gate and to no intent."""
PERSON_LABELS = frozenset(
    (
        "contact_human_agent",
        "handoff",
        "human",
        "human_agent",
        "person",
        "agent",
        "talk_to_human",
        "wants_human",
        "wants_person",
        "speak_to_human",
        "chat_with_agent",
        "talk_to_agent",
        "speak_to_agent",
    )
)
"""A demand for a person. A label may name several things, separated by `|`."""
_YES = frozenset(("true", "yes", "1"))
CALM_LABELS = frozenset(("calm", "calme", "neutral", "positive", "false", "no", "none", "low"))
FRUSTRATED_LABELS = frozenset(
    ("annoyed", "angry", "frustrated", "frustration", "negative", "true", "yes", "high", "agacé", "en colère")
)


def names_person(label: object) -> bool:
    """Whether the name of an intent, or one of several, is that of a demand for a person."""
    return not PERSON_LABELS.isdisjoint(str(label).strip().lower().split("|"))


def wants_person(label: object) -> bool:
    """Whether a label says that a person is wanted: an intent of that name, or yes."""
    return names_person(label) or str(label).strip().lower() in _YES


def frustrated(label: object) -> bool | None:
    """Whether a label says frustrated: a word, or a number (0 is calm; a share counts from one half); None
    when it says neither."""
    told = str(label).strip().lower()
    if told in CALM_LABELS or told in FRUSTRATED_LABELS:
        return told in FRUSTRATED_LABELS
    try:
        value = float(told)
    except ValueError:
        return None
    return value >= 0.5 if 0.0 <= value <= 2.0 else None
