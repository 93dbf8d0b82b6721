"""Reading the policy file."""

from hashlib import sha256
from pathlib import Path

from shared.policy.model import Policy
from shared.policy.yaml_file import content_of, parse

_WANTED = "the policy must be a mapping with `version`, `intents` and `pools`"


def load_policy(path: Path) -> Policy:
    """The policy in a YAML file. Raises `UserMistake` with file, line and reason."""
    return parse_policy(content_of(path, "the policy", "set RELAIS_POLICY"), str(path))


def parse_policy(content: bytes, name: str = "policy") -> Policy:
    """The policy in the bytes of a YAML file; `name` is used in errors."""
    return parse(content, name, Policy, _WANTED, version_hash=sha256(content).hexdigest()[:12])
