"""The FAQ file."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.contracts.errors import UserMistake

Text = Annotated[str, Field(min_length=1, max_length=2000)]


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
    """Read the file; raises `UserMistake` that says what is wrong with it."""
    try:
        return Faq.model_validate(yaml.safe_load(path.read_bytes()))
    except OSError as error:
        raise UserMistake(f"{path}: cannot read the FAQ ({error.strerror}); set RELAIS_FAQ") from error
    except yaml.YAMLError as error:
        raise UserMistake(f"{path}: not YAML: {getattr(error, 'problem', 'unreadable')}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UserMistake(f"{path}: {where}: {first['msg']}") from error
