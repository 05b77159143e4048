import type { MissingReferences } from '../../contract';
import { countOf, formatCount } from '../format';
import { OPTIONS } from './options';
import { stateOf, type Chosen } from './parts';

const SYSTEM = 'directus_';
const MAX_NAMED = 3;
const LIST = new Intl.ListFormat('en-GB');

/** All missing references in one sentence. */
export function summaryOf(references: MissingReferences[]): string {
	const rows = references.reduce((sum, reference) => sum + reference.rows, 0);
	const points = countOf(rows, 'reference points', 'references point');
	const missing = 'that this migration does not include and the destination does not have';
	return `${points} at ${targetsOf(references)} ${missing}.`;
}

export function describeReferences({ rows, target, targets }: MissingReferences): string {
	return `${countOf(rows, 'reference', 'references')} to ${rowsOf(target, targets)}`;
}

/** The options that would include the missing targets, in the order of the form. */
export function optionsFor(references: MissingReferences[], chosen: Chosen) {
	return OPTIONS.filter(
		({ value }) =>
			stateOf(value, chosen) !== 'true' && references.some(({ option }) => option === value),
	);
}

/** What to do before a real run may start. */
export function adviceFor(references: MissingReferences[], chosen: Chosen): string {
	const names = optionsFor(references, chosen).map(({ label }) => label.toLowerCase());
	if (names.length === 0) return 'Leave the references empty.';
	return `Include ${LIST.format(names)}, or leave the references empty.`;
}

function targetsOf(references: MissingReferences[]): string {
	const targets = [...new Set(references.map(({ target }) => target))];
	if (targets.length > MAX_NAMED) return `rows of ${formatCount(targets.length)} collections`;

	const names = targets.map((target) => {
		const [first, ...others] = references.filter((reference) => reference.target === target);
		// Several columns may point at the same rows, so their numbers cannot be added.
		return first && others.length === 0 ? rowsOf(target, first.targets) : nameOf(target);
	});
	return LIST.format(names);
}

/** Such as `7 users`, `1 policy` or `3 rows of authors`. */
function rowsOf(target: string, count: number): string {
	if (!target.startsWith(SYSTEM)) return `${countOf(count, 'row', 'rows')} of ${target}`;
	const several = nameOf(target);
	return countOf(count, several.replace(/ies$/, 'y').replace(/s$/, ''), several);
}

function nameOf(target: string): string {
	return target.startsWith(SYSTEM) ? target.slice(SYSTEM.length) : `rows of ${target}`;
}
