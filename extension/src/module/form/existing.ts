/** What a person chooses for rows that the destination has. */
import type { ConflictPolicy, ExistingChoices, ExistingRows, RowMode } from '../../contract';

/** As the form has it. */
export interface ExistingForm {
	existing: ExistingRows;
	conflicts: ConflictPolicy;
	overwriteSettings: string[];
}

export function skipsExisting(): ExistingForm {
	return {
		existing: { mode: 'skip', collections: {} },
		conflicts: 'ask',
		overwriteSettings: [],
	};
}

export function modeOf({ mode, collections }: ExistingRows, collection: string): RowMode {
	return collections[collection] ?? mode;
}

export function updatesAny({ mode, collections }: ExistingRows): boolean {
	return mode === 'update' || Object.values(collections).includes('update');
}

/** With null, the collection is treated like the others. */
export function withMode(
	existing: ExistingRows,
	collection: string,
	mode: RowMode | null,
): ExistingRows {
	const { [collection]: _, ...others } = existing.collections;
	return {
		...existing,
		collections: mode === null ? others : { ...others, [collection]: mode },
	};
}

/** The choices in the only way in which they can be written, without what has no effect. */
export function existingOf(
	{ existing, conflicts, overwriteSettings }: ExistingForm,
	{ hasSettings, isChosen }: { hasSettings: boolean; isChosen: (collection: string) => boolean },
): ExistingChoices {
	const exceptions = Object.entries(existing.collections)
		.filter(([name, mode]) => mode !== existing.mode && isChosen(name))
		.sort(([one], [other]) => one.localeCompare(other));
	const tidied = { mode: existing.mode, collections: Object.fromEntries(exceptions) };
	const overwrites = existing.mode === 'update' && hasSettings;
	return {
		existing: tidied,
		conflicts: updatesAny(tidied) ? conflicts : 'ask',
		overwrite_settings: overwrites ? [...overwriteSettings].sort() : [],
	};
}

/** What a form has for saved choices. Runs of earlier versions have none. */
export function existingIn(saved: Partial<ExistingChoices>): ExistingForm {
	const skipped = skipsExisting();
	return {
		existing: saved.existing ?? skipped.existing,
		conflicts: saved.conflicts ?? skipped.conflicts,
		overwriteSettings: [...(saved.overwrite_settings ?? [])],
	};
}
