"""`python -m services.fallback`."""

from services.fallback.app import CARD, build
from services.fallback.settings import Settings
from shared.runtime.service import run

run(build, Settings, CARD.name)
