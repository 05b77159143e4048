"""The command line: ``sidecar check | plan | migrate | collections | web | worker | doctor |
install-extension``.

Exit status: 0 completed and verified; 1 completed with problems; 2 refused before anything was
written; 3 failed or cancelled after it began, safe to run again.
"""

import click

from sidecar.cli.check import check
from sidecar.cli.collections import collections
from sidecar.cli.doctor import doctor
from sidecar.cli.install_extension import install_extension
from sidecar.cli.migrate import migrate
from sidecar.cli.output import EXIT, EXIT_STATUS
from sidecar.cli.plan import plan
from sidecar.cli.services import web, worker

__all__ = ["EXIT", "main"]


@click.group(epilog=EXIT_STATUS)
@click.version_option(package_name="directus-migration-module", message="sidecar %(version)s")
def main() -> None:
    """Migrate one live Directus instance to another.

    DIRECTUS_URL and DIRECTUS_TOKEN set the source, and MIGRATION_DESTINATION_TOKEN sets the
    destination's token.
    """


for command in (check, collections, doctor, install_extension, migrate, plan, web, worker):
    main.add_command(command)
