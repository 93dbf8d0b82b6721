"""`python -m services.router`."""

from services.router.app import CARD, build
from services.router.settings import Settings
from shared.runtime.service import run

run(build, Settings, CARD.name)
