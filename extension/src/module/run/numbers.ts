import type { Outcomes, Resource } from '../../contract';
import { formatCount } from '../format';

/** What became of the rows of a resource: which numbers are shown, and how they share the bar. */

/** Each row of the source is in exactly one of these numbers, except in the last three. */
export interface Numbers extends Outcomes {
	/** All of them. */
	source: number;
	/** Already at the destination; whether they are the same is not known yet. */
	present: number;
	/** Not handled yet. */
	open: number;
	/** Compared and equal. */
	verified: number;
	/** Changed on both sides since the last run. */
	conflicts: number;
	/** Rows that the source does not have. Null: not known. */
	only_at_destination: number | null;
}

export type NumberKey = keyof Numbers;

const NOTHING: Numbers = {
	source: 0,
	created: 0,
	updated: 0,
	unchanged: 0,
	kept: 0,
	problem: 0,
	not_selected: 0,
	present: 0,
	open: 0,
	verified: 0,
	conflicts: 0,
	only_at_destination: null,
};

export function numbersOf(resource: Resource): Numbers {
	const { rows, source, verified } = resource;
	// Runs of earlier versions have neither.
	const { conflicts = 0, only_at_destination = null } = resource as Partial<Resource>;
	const others = { source, verified, conflicts, only_at_destination };
	return { ...NOTHING, ...others, ...(rows ?? countedSoFar(resource)) };
}

/** Until a resource is settled. A dry run counts `create` and `conflicting`, others the rest. */
function countedSoFar(resource: Resource): Partial<Numbers> {
	const created = resource.created + resource.create;
	const present = resource.skipped + resource.conflicting;
	const { source, unchanged, updated = 0, failed: problem } = resource;
	const open = Math.max(0, source - created - updated - present - unchanged - problem);
	return { created, updated, present, unchanged, problem, open };
}

export function sumOf(resources: Resource[]): Numbers {
	const sum = { ...NOTHING };
	for (const numbers of resources.map(numbersOf)) {
		for (const key of Object.keys(sum) as NumberKey[]) {
			const number = numbers[key];
			if (number !== null) sum[key] = (sum[key] ?? 0) + number;
		}
	}
	return sum;
}

/** Rows that were already there are grey: the project's own colour may be as red as a problem. */
const COLORS = {
	green: 'var(--theme--success)',
	pale: 'color-mix(in srgb, var(--theme--success), var(--theme--background) 50%)',
	dark: 'color-mix(in srgb, var(--theme--foreground), var(--theme--background) 10%)',
	grey: 'color-mix(in srgb, var(--theme--foreground), var(--theme--background) 45%)',
	light: 'color-mix(in srgb, var(--theme--foreground), var(--theme--background) 70%)',
	red: 'var(--theme--danger)',
};

export interface NumberColumn {
	key: NumberKey;
	label: string;
	/** The colour of its part of the bar; without one it has no part. */
	color?: string;
}

/** A number for people; a dash where it is not known. */
export function shownNumber(numbers: Numbers, key: NumberKey): string {
	const number = numbers[key];
	return number === null ? '–' : formatCount(number);
}

/** The columns that say something about these resources. */
export function columnsOf(
	resources: Resource[],
	{ dryRun, active = false }: { dryRun: boolean; active?: boolean },
): NumberColumn[] {
	const sum = sumOf(resources);
	const always: NumberKey[] = ['source', 'created', 'problem'];
	if (sum.present === 0) always.push('unchanged');
	const columns: NumberColumn[] = [
		{ key: 'source', label: 'Source' },
		{ key: 'created', label: dryRun ? 'To create' : 'Created', color: COLORS.green },
		{ key: 'updated', label: dryRun ? 'To update' : 'Updated', color: COLORS.pale },
		{ key: 'unchanged', label: 'Unchanged', color: COLORS.grey },
		{ key: 'present', label: 'Already there', color: COLORS.grey },
		{ key: 'kept', label: 'Kept', color: COLORS.dark },
		{ key: 'not_selected', label: 'Left out', color: COLORS.light },
		{ key: 'problem', label: 'With problems', color: COLORS.red },
		{ key: 'open', label: active ? 'Remaining' : 'Not reached' },
		{ key: 'conflicts', label: 'Conflicts' },
		{ key: 'only_at_destination', label: 'Only at destination' },
	];
	const shown = columns.filter(({ key }) => always.includes(key) || (sum[key] ?? 0) > 0);
	return dryRun ? shown : [...shown, { key: 'verified', label: 'Verified' }];
}

export interface Part {
	key: NumberKey;
	color: string;
	percent: number;
}

/** The parts of a bar for all rows of the source. Rows that are not handled yet stay empty. */
export function partsOf(numbers: Numbers, columns: NumberColumn[]): Part[] {
	const parts = columns.flatMap(({ key, color }) =>
		color === undefined ? [] : [{ key, color, rows: numbers[key] ?? 0 }],
	);
	const shown = parts.reduce((sum, { rows }) => sum + rows, 0);
	const whole = Math.max(numbers.source, shown);
	return parts
		.filter(({ rows }) => rows > 0)
		.map(({ key, color, rows }) => ({ key, color, percent: (100 * rows) / whole }));
}
