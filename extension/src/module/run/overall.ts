import type { Run, Stage } from '../../contract';

/**
 * How far a run is, in per cent; null while it is unknown. Its verification handles as many rows as
 * the stage before it.
 */
export function percentOf({ stages, dry_run }: Pick<Run, 'stages' | 'dry_run'>): number | null {
	const names: Stage['name'][] = dry_run ? ['plan'] : ['apply', 'verify'];
	const counted = stages.filter(({ name }) => names.includes(name));
	const known = Math.max(0, ...counted.map(({ total }) => total));
	if (known === 0) return null;
	const done = counted.reduce((sum, stage) => sum + doneOf(stage, known), 0);
	return Math.min(100, Math.floor((100 * done) / (known * names.length)));
}

function doneOf({ status, done, total }: Stage, known: number): number {
	return status === 'done' ? known : Math.min(done, total);
}
