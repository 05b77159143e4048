import type { Part, RunSummary, Selection } from '../../contract';
import { countOf, formatCount, formatDay } from '../format';
import { PARTS } from './parts';
import { includes, LAST, type Filter } from './selection';
import type { Rows } from './use-row-counts';

type Count = (name: string, filter: Filter | null) => Rows;

const LIST = new Intl.ListFormat('en-GB');
const MAX_NAMED = 3;

/** Such as `3 of 48 collections, 112 of 1,204 rows`. `tables` are the names of all collections. */
export function sizeOf(selection: Selection, tables: string[], rowsOf: Count): string {
	const chosen = tables.filter((name) => includes(selection, name));
	const filterOf = (name: string) => selection.filters[name] ?? null;
	const all = sum(tables.map((name) => rowsOf(name, null)));
	const counts = chosen.map((name) => rowsOf(name, filterOf(name)));
	const rows = sum(counts);
	const words = [ofAll(chosen.length, tables.length, 'collection', 'collections')];
	// How many rows have changed is not known.
	if (selection.since !== '') words.push(...sinceWords(selection));
	else if (counts.some((one) => typeof one === 'string')) words.push('rows not counted');
	else if (rows !== null && chosen.length > 0) words.push(ofAll(rows, all, 'row', 'rows'));
	return capitalized(words.join(', '));
}

export function rowWords(rows: Rows, matching: Rows = rows): string {
	if (typeof matching === 'string') return matching;
	if (matching === undefined) return '';
	return typeof rows === 'number' && rows !== matching
		? ofAll(matching, rows, 'row', 'rows')
		: countOf(matching, 'row', 'rows');
}

/** What a run has selected, in one sentence; empty for everything that its options say. */
export function selectedWords(
	{ selection, parts }: Partial<Pick<RunSummary, 'selection' | 'parts'>>,
	nameOf: (collection: string) => string,
): string {
	const words: string[] = [];
	if (selection?.summary) words.push(selection.summary);
	else if (selection) words.push(...rowsWords(selection, nameOf));
	if (parts) words.push(`parts: ${partsWords(parts)}`);
	return capitalized(words.join(', '));
}

export function partsWords(parts: readonly Part[]): string {
	const labels = PARTS.filter(({ value }) => parts.includes(value));
	return LIST.format(labels.map(({ label }) => label.toLowerCase())) || 'none';
}

function rowsWords(selection: Selection, nameOf: (collection: string) => string): string[] {
	const { collections, exclude, filters } = selection;
	const list = (names: string[]) =>
		names.length > MAX_NAMED
			? countOf(names.length, 'collection', 'collections')
			: LIST.format(names.map(nameOf));
	const filtered = Object.keys(filters);
	return [
		collections === null ? 'all collections' : list(collections),
		...(exclude.length > 0 ? [`without ${list(exclude)}`] : []),
		...(filtered.length > 0 ? [`filtered rows of ${list(filtered)}`] : []),
		...sinceWords(selection),
	];
}

function sinceWords({ since }: Selection): string[] {
	if (since === '') return [];
	return [`changed since ${since === LAST ? 'the last successful run' : formatDay(since)}`];
}

function ofAll(some: number, all: number | null, one: string, many: string): string {
	if (all === null) return countOf(some, one, many);
	return some === all
		? `all ${countOf(all, one, many)}`.replace('all 1 ', '1 ')
		: `${formatCount(some)} of ${countOf(all, one, many)}`;
}

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function sum(rows: Rows[]): number | null {
	return rows.reduce<number | null>(
		(total, one) => (total === null || typeof one !== 'number' ? null : total + one),
		0,
	);
}
