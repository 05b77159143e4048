import type { Stage } from '../../contract';

export const STAGES: Record<Stage['name'], string> = {
	extract: 'Extract',
	plan: 'Plan',
	apply: 'Apply',
	verify: 'Verify',
};
