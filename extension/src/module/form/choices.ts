import type { Choices, ExistingChoices, ReferencePolicy, RunSummary, Selection } from '../../contract';
import { existingIn, existingOf, type ExistingForm } from './existing';
import { partsOf, type Chosen } from './parts';
import { everything, includes, isEverything, tidy } from './selection';

/** Rows, parts, references and existing rows in the form. */
export interface Chooses extends Chosen, ExistingForm {
	selection: Selection;
	/** Null: as it is by default. */
	references: ReferencePolicy | null;
}

type Saved = Omit<Choices, keyof ExistingChoices> & Partial<ExistingChoices>;

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
		...existingOf(form, {
			hasSettings: partsOf(form).includes('settings'),
			// System collections are not in the tree.
			isChosen: (name) => name.startsWith('directus_') || includes(selection, name),
		}),
	};
}

/** The choices of a run, with nothing else that its report says of them. */
export function chosenIn(run: RunSummary): Choices {
	const { selection, parts, references } = run;
	const { overwriteSettings, ...existing } = existingIn(run);
	return {
		selection: selection && tidy(selection),
		parts,
		references,
		...existing,
		overwrite_settings: overwriteSettings,
	};
}

/** What a form has for saved choices. */
export function chooses(saved: Saved): Omit<Chooses, 'options'> {
	const selection = saved.selection ? tidy(saved.selection) : everything();
	const { parts, references } = saved;
	const isDefault = references === defaultPolicy(selection);
	return {
		selection,
		parts,
		references: isDefault ? null : references,
		...existingIn(saved),
	};
}
