import type { CheckResult, Finding } from '../../contract';
import type { Tone } from '../status';

/** Whether both schemas have one name for two things, which not even Force gets past. */
export function isConflict(finding: Finding): boolean {
	return finding.code === 'SCHEMA_CONFLICT';
}

/** What a check means for the administrator, and what to do next. */
export function verdictOf(result: CheckResult): { tone: Tone; text: string } {
	if (result.compatible && result.references.length > 0) {
		return {
			tone: 'warning',
			text: 'Both sides fit together, but references would be left empty. Decide below what happens to them; a dry run can start before that.',
		};
	}

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

	if (result.findings.some(isConflict)) {
		return { tone: 'danger', text: 'The two schemas conflict, so a migration is not possible. Resolve what is listed here, then check again.' };
	}

	return { tone: 'danger', text: 'The two sides do not fit together. Resolve what is listed here, then check again.' };
}
