"""What all parts of the policy are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=604_800)]
Count = Annotated[int, Field(ge=0, le=10_000)]
PoolName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Part(BaseModel):
    """A mapping of the file. Unknown names are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
