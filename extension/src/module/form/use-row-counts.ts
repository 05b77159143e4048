import { reactive, ref } from 'vue';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';
import type { Filter } from './selection';

/** A number, why there is none, or undefined while it is not known. */
export type Rows = number | string | undefined;

/** How many rows the source has, and how many match a filter. Each is counted once. */
export function useRowCounts() {
	const { countCollections, countRows } = useMigration();
	const known = reactive(new Map<string, Rows>());
	/** Why the collections could not be counted. */
	const failure = ref<Failure | null>(null);
	let loading = false;

	/** Counts all collections; once more only after a failure. */
	async function load() {
		if (loading) return;
		loading = true;
		failure.value = null;

		try {
			for (const { collection, rows, problem } of await countCollections())
				known.set(collection, rows ?? problem ?? undefined);
		} catch (error) {
			failure.value = toFailure(error);
			loading = false;
		}
	}

	async function count(name: string, filter: Filter) {
		const id = idOf(name, filter);
		if (known.has(id) && typeof known.get(id) !== 'string') return;
		known.set(id, undefined);

		try {
			known.set(id, await countRows(name, filter));
		} catch (error) {
			known.set(id, toFailure(error).message);
		}
	}

	return {
		failure,
		load,
		count,
		rowsOf: (name: string, filter: Filter | null = null) => known.get(idOf(name, filter)),
	};
}

export type RowCounts = ReturnType<typeof useRowCounts>;

function idOf(name: string, filter: Filter | null): string {
	return filter === null ? name : `${name} ${JSON.stringify(filter)}`;
}
