import type { ConflictPolicy, ExistingChoices, RowMode } from '../../contract';
import { existingIn, updatesAny } from './existing';

export const MODES: { value: RowMode; text: string; hint: string }[] = [
	{ value: 'skip', text: 'Skip', hint: 'Rows that the destination has stay as they are.' },
	{
		value: 'update',
		text: 'Update',
		hint: "Rows that differ get the source's values, only in the columns that differ.",
	},
];

export const CONFLICTS: { value: ConflictPolicy; text: string; hint: string }[] = [
	{
		value: 'ask',
		text: 'Keep and name it',
		hint: "The destination's row stays, and the report names it.",
	},
	{
		value: 'source',
		text: 'The source wins',
		hint: "The row gets the source's values. The change at the destination is lost.",
	},
	{
		value: 'destination',
		text: 'The destination wins',
		hint: "The destination's row stays. The report only counts it.",
	},
];

const CONFLICT_WORDS: Record<ConflictPolicy, string> = {
	ask: 'rows changed on both sides are kept and named',
	source: 'the source wins over rows changed on both sides',
	destination: 'rows changed on both sides are kept',
};
const LIST = new Intl.ListFormat('en-GB');
const MAX_NAMED = 5;

/** Such as `Update except posts; rows changed on both sides are kept and named`. */
export function existingWords(
	saved: Partial<ExistingChoices>,
	nameOf: (collection: string) => string,
): string {
	const { existing, conflicts, overwriteSettings } = existingIn(saved);
	if (!updatesAny(existing)) return '';
	const words = [modeWords(existing.mode, Object.keys(existing.collections), nameOf)];
	words.push(CONFLICT_WORDS[conflicts]);
	if (overwriteSettings.length > 0)
		words.push(`overwrites the settings ${LIST.format(overwriteSettings)}`);
	return words.join('; ');
}

/** The collections that are treated in the other way than the rest; empty if there are none. */
export function exceptionWords(
	mode: RowMode,
	names: string[],
	nameOf: (collection: string) => string,
): string {
	if (names.length === 0) return '';
	const some = names.slice(0, MAX_NAMED).map(nameOf);
	const more = names.length - some.length;
	const list = LIST.format(more > 0 ? [...some, `${more} more`] : some);
	return mode === 'skip' ? `Only ${list} are updated.` : `${list} are skipped.`;
}

function modeWords(mode: RowMode, names: string[], nameOf: (collection: string) => string): string {
	const list = LIST.format(names.map(nameOf));
	if (mode === 'skip') return `Skip, but update ${list}`;
	return names.length === 0 ? 'Update' : `Update, but skip ${list}`;
}
