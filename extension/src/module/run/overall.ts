import type { Run, Stage } from '../../contract';

export interface Overall {
	/** Null while it is unknown. */
	percent: number | null;
	done: number;
	total: number;
	bytes: number;
}

/** How far a run is. Its verification handles as many rows as the stage before it. */
export function overallOf({ stages, resources, dry_run }: Run): Overall {
	const names: Stage['name'][] = dry_run ? ['plan'] : ['apply', 'verify'];
	const counted = stages.filter(({ name }) => names.includes(name));
	const known = Math.max(0, ...counted.map(({ total }) => total));
	const total = known * names.length;
	const done = counted.reduce((sum, stage) => sum + doneOf(stage, known), 0);
	return {
		percent: total === 0 ? null : Math.min(100, Math.floor((100 * done) / total)),
		done: names.length === 0 ? 0 : Math.round(done / names.length),
		total: known,
		bytes: resources.reduce((sum, resource) => sum + resource.bytes, 0),
	};
}

function doneOf({ status, done, total }: Stage, known: number): number {
	return status === 'done' ? known : Math.min(done, total);
}
