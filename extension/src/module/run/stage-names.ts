import type { Stage } from '../../types';

export const STAGES: Record<Stage['name'], string> = {
	extract: 'Extract',
	plan: 'Plan',
	apply: 'Apply',
	verify: 'Verify',
};
