"""What tests draw at random hangs on one seed, which pytest's header tells, so that what was found
once can be found again with MIGRATION_TEST_SEED."""

import os
import secrets

VARIABLE = "MIGRATION_TEST_SEED"
SEED = int(os.environ.get(VARIABLE) or secrets.randbelow(1_000_000))
