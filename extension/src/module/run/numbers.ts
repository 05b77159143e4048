import type { Resource } from '../../contract';

/** Which numbers of a resource are shown, and how they share the bar. */

export type NumberKey = {
	[K in keyof Resource]: Resource[K] extends number ? K : never;
}[keyof Resource];
export type Numbers = Pick<Resource, NumberKey>;
export type Tone = 'new' | 'present' | 'doubtful' | 'bad';

/** Rows that were already there are grey: the project's own colour may be as red as a problem. */
export const TONE_COLORS: Record<Tone, string> = {
	new: 'var(--theme--success)',
	present: 'color-mix(in srgb, var(--theme--foreground), var(--theme--background) 45%)',
	doubtful: 'var(--theme--warning)',
	bad: 'var(--theme--danger)',
};

export interface NumberColumn {
	key: NumberKey;
	label: string;
	/** The colour of its part of the bar; without a tone it has no part. */
	tone?: Tone;
}

const DRY: NumberColumn[] = [
	{ key: 'source', label: 'Source' },
	{ key: 'create', label: 'Create', tone: 'new' },
	{ key: 'unchanged', label: 'Unchanged', tone: 'present' },
	{ key: 'conflicting', label: 'Conflicting', tone: 'doubtful' },
	{ key: 'missing_reference', label: 'Missing reference', tone: 'bad' },
];

const REAL: NumberColumn[] = [
	{ key: 'source', label: 'Source' },
	{ key: 'created', label: 'Created', tone: 'new' },
	{ key: 'skipped', label: 'Skipped', tone: 'present' },
	{ key: 'problems', label: 'Problems', tone: 'bad' },
	{ key: 'verified', label: 'Verified' },
];

export function columnsOf(dryRun: boolean): NumberColumn[] {
	return dryRun ? DRY : REAL;
}

export function sumOf(resources: Resource[], key: NumberKey): number {
	return resources.reduce((sum, resource) => sum + resource[key], 0);
}

export interface Part {
	tone: Tone;
	percent: number;
}

/** The parts of a bar for all rows of the source. Rows that are not handled yet stay empty. */
export function partsOf(numbers: Partial<Numbers>, columns: NumberColumn[]): Part[] {
	const parts = columns.flatMap(({ key, tone }) =>
		tone === undefined ? [] : [{ tone, rows: numbers[key] ?? 0 }],
	);
	const shown = parts.reduce((sum, { rows }) => sum + rows, 0);
	const whole = Math.max(numbers.source ?? 0, shown);
	return parts
		.filter(({ rows }) => rows > 0)
		.map(({ tone, rows }) => ({ tone, percent: (100 * rows) / whole }));
}
