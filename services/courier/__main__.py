"""`python -m services.courier`."""

from services.courier.app import CARD, build
from services.courier.settings import Settings
from shared.runtime.service import run

run(build, Settings, CARD.name)
