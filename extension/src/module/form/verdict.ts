import type { CheckResult, Finding } from '../../contract';
import type { Tone } from '../status';

/** Whether both schemas use one name for different things. Force does not help with that. */
export function isConflict(finding: Finding): boolean {
	return finding.code === 'SCHEMA_CONFLICT';
}

/** What a check means for the administrator, and what to do next. */
export function verdictOf(result: CheckResult): { tone: Tone; text: string } {
	if (result.compatible && result.references.length > 0) {
		return {
			tone: 'warning',
			text:
				'Compatible, but references would be left empty. ' +
				'Decide below what happens to them. You can start a dry run before that.',
		};
	}

	if (
		result.compatible &&
		result.findings.some((finding) => finding.code.startsWith('LICENSE_'))
	) {
		return {
			tone: 'warning',
			text:
				'Compatible, ' +
				"but the destination's licence does not cover everything that would be migrated.",
		};
	}

	if (result.compatible)
		return {
			tone: 'success',
			text: 'Compatible. Start a dry run to preview the changes.',
		};

	if (result.force_would_help) {
		return {
			tone: 'warning',
			text:
				'The two sides differ. Bring them to the same version and database, ' +
				'or turn on Force. The text below Force says what it does.',
		};
	}

	if (result.findings.some(isConflict)) {
		return {
			tone: 'danger',
			text:
				'The two schemas conflict, so a migration is not possible. ' +
				'Resolve what is listed here, then check again.',
		};
	}

	if (result.blocking.some(({ code }) => code.startsWith('LICENSE_'))) {
		return {
			tone: 'danger',
			text:
				"The destination's licence does not allow this migration. " +
				'Resolve what is listed here, then check again.',
		};
	}

	return {
		tone: 'danger',
		text: 'The two sides are not compatible. Resolve what is listed here, then check again.',
	};
}
