import type { ChangeKind, KindCounts, RunSummary } from '../../../contract';
import { existingIn, modeOf } from '../../form/existing';
import { formatCount } from '../../format';

/** What a run finds of the rows of a collection: signs and words for each kind. */

interface Look {
	kind: ChangeKind;
	/** A sign, as a colour alone says nothing to some people. */
	sign: string;
	label: string;
	/** What follows a number, for one row and for several. */
	words: [one: string, many: string];
}

/** What needs attention comes first. */
export const KINDS: readonly Look[] = [
	{ kind: 'conflict', sign: '!', label: 'Conflicts', words: ['conflict', 'conflicts'] },
	{ kind: 'changed', sign: '~', label: 'Changed', words: ['changed', 'changed'] },
	{ kind: 'new', sign: '+', label: 'New', words: ['new', 'new'] },
	{
		kind: 'only_at_destination',
		sign: '−',
		label: 'Only at the destination',
		words: ['only at the destination', 'only at the destination'],
	},
	{ kind: 'unchanged', sign: '=', label: 'Unchanged', words: ['unchanged', 'unchanged'] },
];

export function lookOf(kind: ChangeKind): Look {
	return KINDS.find((look) => look.kind === kind)!;
}

/** Such as `1 conflict` or `1,204 new`. */
export function kindWords(kind: ChangeKind, rows: number): string {
	const [one, many] = lookOf(kind).words;
	return `${formatCount(rows)} ${rows === 1 ? one : many}`;
}

/** The kinds that the filter shows; an empty filter shows all that are not unchanged. */
export function shownKinds(counts: KindCounts, filter: ChangeKind | ''): ChangeKind[] {
	return KINDS.map(({ kind }) => kind).filter(
		(kind) => counts[kind] > 0 && (filter === '' ? kind !== 'unchanged' : kind === filter),
	);
}

export function sumOf(all: KindCounts[]): KindCounts {
	const sum = (kind: ChangeKind) => all.reduce((total, counts) => total + counts[kind], 0);
	return {
		new: sum('new'),
		changed: sum('changed'),
		unchanged: sum('unchanged'),
		only_at_destination: sum('only_at_destination'),
		conflict: sum('conflict'),
	};
}

/** Whether a row of this kind gets the values of the source. */
export function isWritten(kind: ChangeKind, collection: string, run: RunSummary): boolean {
	const { existing, conflicts } = existingIn(run);
	if (kind === 'changed') return modeOf(existing, collection) === 'update';
	return kind === 'new' || (kind === 'conflict' && conflicts === 'source');
}

/** The only side that has a row of this kind; null if both have it. */
export function onlySideOf(kind: ChangeKind): 'before' | 'after' | null {
	if (kind === 'new') return 'after';
	return kind === 'only_at_destination' ? 'before' : null;
}

/** What happens to the rows of a kind, where its name does not say it. */
export function fateOf(kind: ChangeKind, collection: string, run: RunSummary): string {
	const written = isWritten(kind, collection, run);
	switch (kind) {
		case 'conflict':
			return written
				? "Both sides have changed these rows since the last run. The source's values win."
				: "Both sides have changed these rows since the last run. The destination's rows stay.";
		case 'changed':
			return written ? '' : 'Existing rows are skipped, so these stay as they are.';
		case 'only_at_destination':
			return 'These rows stay.';
		default:
			return '';
	}
}
