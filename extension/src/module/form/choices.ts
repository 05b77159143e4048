import type { Choices, ReferencePolicy, RunSummary, Selection } from '../../contract';
import { partsOf, type Chosen } from './parts';
import { everything, isEverything, tidy } from './selection';

/** Rows, parts and references in the form. */
export interface Chooses extends Chosen {
	selection: Selection;
	/** Null: as it is by default. */
	references: ReferencePolicy | null;
}

/** Without rows, only the data model of collections is selected. */
export function selectionOf(form: Chooses): Selection {
	const parts = partsOf(form);
	if (parts.includes('content')) return tidy(form.selection);
	const { collections, exclude } = tidy(form.selection);
	return parts.includes('schema') ? { ...everything(), collections, exclude } : everything();
}

/** References out of a selection are followed. Without a selection, the check asks. */
export function defaultPolicy(selection: Selection): ReferencePolicy {
	return isEverything(selection) ? 'refuse' : 'bring';
}

export function choicesOf(form: Chooses): Choices {
	const selection = selectionOf(form);
	return {
		selection: isEverything(selection) ? null : selection,
		parts: form.parts === null ? null : [...form.parts],
		references: form.references ?? defaultPolicy(selection),
	};
}

/** The choices of a run, with nothing else that its report says of them. */
export function chosenIn({ selection, parts, references }: RunSummary): Choices {
	return { selection: selection && tidy(selection), parts, references };
}

/** What a form has for saved choices. */
export function chooses(saved: Choices): Omit<Chooses, 'options'> {
	const selection = saved.selection ? tidy(saved.selection) : everything();
	const { parts, references } = saved;
	const isDefault = references === defaultPolicy(selection);
	return { selection, parts, references: isDefault ? null : references };
}
