"""A message in parts, so that two requests in one message can be told from one long request."""

import re

_CUT = re.compile(
    r"[.!?;\n]+\s|\s+(?:et aussi|et puis|par ailleurs|ensuite|sinon|autre chose|deuxiemement|d'autre part|"
    r"au passage|and also|also|besides|second thing|another thing|on top of that|separately|by the way|"
    r"et|and)\s+",
    re.I,
)
_LONGEST, _MOST, _FEWEST_WORDS = 400, 6, 3


def parts(text: str) -> list[str]:
    """Parts of at least three words of a short message; nothing when it has fewer than two such parts."""
    if len(text) > _LONGEST:
        return []
    found = [part for part in _CUT.split(text) if len(part.split()) >= _FEWEST_WORDS]
    return found[:_MOST] if len(found) > 1 else []
