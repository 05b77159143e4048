import type { CheckResult } from '../../types';
import type { Tone } from '../status';

/** What a check means for the administrator, and what to do next. */
export function verdictOf(result: CheckResult): { tone: Tone; text: string } {
	if (result.compatible && result.findings.some((finding) => finding.code.startsWith('LICENSE_'))) {
		return {
			tone: 'warning',
			text: "Both sides fit together, but the destination's licence does not cover all that would be migrated.",
		};
	}

	if (result.compatible) return { tone: 'success', text: 'Both sides fit together. A dry run shows what would happen.' };

	if (result.force_would_help) {
		return {
			tone: 'warning',
			text: 'The two sides differ. Bring them to the same version and database, or tick Force: below it stands what it will do.',
		};
	}

	return { tone: 'danger', text: 'The two sides do not fit together. Resolve what is listed here, then check again.' };
}
