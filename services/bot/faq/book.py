"""The FAQ file."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.policy.yaml_file import read_yaml

Text = Annotated[str, Field(min_length=1, max_length=2000)]
WANTED = "the FAQ must be a mapping with `version` and `answers`"


class PreparedAnswer(BaseModel):
    """One thing the bot can say, and how customers ask for it, by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
    intent: str
    questions: dict[str, list[Text]]
    answer: dict[str, Text]

    @model_validator(mode="after")
    def _same_languages(self) -> Self:
        if set(self.questions) != set(self.answer):
            raise ValueError(f"{self.id}: questions and answer must be in the same languages")
        return self


class Faq(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    answers: list[PreparedAnswer]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        twice = [name for name, count in Counter(a.id for a in self.answers).items() if count > 1]
        if twice:
            raise ValueError(f"these ids stand twice: {', '.join(twice)}")
        return self


def load_faq(path: Path) -> Faq:
    """The FAQ in a YAML file. Raises `UserMistake` with file, line and reason."""
    return read_yaml(path, Faq, "the FAQ", WANTED, "set RELAIS_FAQ")
