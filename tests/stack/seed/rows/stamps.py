"""Old authorship: who of the team wrote a row years ago, and who touched it since."""

from datetime import datetime

from tests.stack.seed.fields import Json
from tests.stack.seed.invent import FIRST_DAY, Inventor, stamp
from tests.stack.seed.people import TEAM, source_user

USERS = tuple(source_user(name) for name in TEAM)


def authorship(invent: Inventor, after: datetime = FIRST_DAY) -> Json:
    """The four columns; some rows were never updated, some lost their creator."""
    created = invent.moment(after, within_days=2000)
    touched = invent.chance(0.6)
    return {
        "user_created": None if invent.chance(0.05) else invent.pick(USERS),
        "date_created": stamp(created),
        "user_updated": invent.pick(USERS) if touched else None,
        "date_updated": stamp(invent.moment(created, within_days=900)) if touched else None,
    }
