import type { FormInput } from './form-input';
import type { Attempt } from './use-check';

/** What the form had when the user left it. */
export interface KeptForm {
	input: FormInput;
	dryRun: boolean;
	attempt: Attempt | null;
	/** The id of the chosen preset. */
	preset: number | null;
}

/** In memory only, as it may have a typed token: a reload or another login deletes it. */
let kept: KeptForm | null = null;

export function keepForm(form: KeptForm): void {
	kept = form;
}

export function recallForm(): KeptForm | null {
	return kept;
}

export function forgetForm(): void {
	kept = null;
}
