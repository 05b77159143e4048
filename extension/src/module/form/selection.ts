/** What a person selects of the source. */
import type { Selection } from '../../contract';

/** A filter in Directus' filter language. */
export type Filter = Selection['filters'][string];

/** Since the last successful run to the same destination. */
export const LAST = 'last';

export function everything(): Selection {
	return { collections: null, exclude: [], filters: {}, since: '' };
}

export function isEverything({ collections, exclude, filters, since }: Selection): boolean {
	const isWhole = collections === null && exclude.length === 0 && since === '';
	return isWhole && Object.keys(filters).length === 0;
}

export function includes({ collections, exclude }: Selection, name: string): boolean {
	return (collections === null || collections.includes(name)) && !exclude.includes(name);
}

/** The selection with or without `names`. `all` are the names of all collections. */
export function withCollections(
	selection: Selection,
	all: string[],
	names: string[],
	on: boolean,
): Selection {
	const chosen = all.filter((name) => (names.includes(name) ? on : includes(selection, name)));
	const exclude = selection.exclude.filter((name) => !on || !names.includes(name));
	const isAll = chosen.length === all.length && exclude.length === 0;
	return { ...selection, collections: isAll ? null : chosen, exclude };
}

export function inverted(selection: Selection, all: string[], names: string[]): Selection {
	const off = names.filter((name) => includes(selection, name));
	const on = names.filter((name) => !off.includes(name));
	return withCollections(withCollections(selection, all, on, true), all, off, false);
}

export function withFilter(selection: Selection, name: string, filter: Filter | null): Selection {
	const { [name]: _, ...others } = selection.filters;
	return { ...selection, filters: filter === null ? others : { ...others, [name]: filter } };
}

/** The selection in the only way in which it can be written: filters of what is selected. */
export function tidy(selection: Selection): Selection {
	const filters = Object.entries(selection.filters)
		.filter(([name]) => includes(selection, name))
		.sort(([one], [other]) => one.localeCompare(other));
	return {
		collections: selection.collections === null ? null : [...selection.collections].sort(),
		exclude: [...selection.exclude].sort(),
		filters: Object.fromEntries(filters),
		since: selection.since,
	};
}
