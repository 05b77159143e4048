import type { CheckResult, ReferencePolicy } from '../../contract';
import type { Chosen } from './parts';
import { adviceFor } from './references';

interface Settings {
	dryRun: boolean;
	forced: boolean;
	references: ReferencePolicy;
	chosen: Chosen;
}

/** What must be done before a run may start; empty if it may. */
export function obstacleOf(
	result: CheckResult | null,
	{ dryRun, forced, references, chosen }: Settings,
): string {
	if (result === null) return 'Check the destination first.';
	if (!result.compatible && !forced) {
		return result.force_would_help
			? 'Turn on Force to start.'
			: 'Resolve what the check found, then check again.';
	}
	if (!dryRun && result.references.length > 0 && references === 'refuse')
		return adviceFor(result.references, chosen);
	return '';
}
