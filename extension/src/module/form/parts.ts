import type { Option, Part } from '../../contract';
import { OPTIONS } from './options';

/** The options and parts of a form. `parts` is null if the options say everything. */
export interface Chosen {
	options: Option[];
	parts: Part[] | null;
}

const OPTION_PARTS: Record<Option, readonly Part[]> = {
	content: ['content', 'files', 'shares', 'versions'],
	users: ['roles', 'users'],
	comments: ['comments'],
	presets: ['presets'],
	dashboards: ['dashboards'],
	extensions: ['extensions'],
	flows: ['flows'],
};
const ALWAYS: readonly Part[] = ['schema', 'settings', 'translations'];

/** All parts in the order of the page. */
export const PARTS: readonly { value: Part; label: string }[] = [
	{ value: 'schema', label: 'Data model' },
	{ value: 'content', label: 'Rows of collections' },
	{ value: 'files', label: 'Files and folders' },
	{ value: 'settings', label: 'Settings' },
	{ value: 'translations', label: 'Custom translations' },
	{ value: 'roles', label: 'Roles, policies and permissions' },
	{ value: 'users', label: 'User accounts' },
	{ value: 'comments', label: 'Comments' },
	{ value: 'presets', label: 'Bookmarks' },
	{ value: 'dashboards', label: 'Dashboards' },
	{ value: 'flows', label: 'Flows' },
	{ value: 'extensions', label: 'Extensions' },
	{ value: 'shares', label: 'Shares' },
	{ value: 'versions', label: 'Content versions' },
];

export function partsOf({ options, parts }: Chosen): readonly Part[] {
	return parts ?? [...ALWAYS, ...options.flatMap((option) => OPTION_PARTS[option])];
}

/** An option is `mixed` if only some of its parts are chosen. */
export function stateOf(option: Option, chosen: Chosen): 'true' | 'false' | 'mixed' {
	const parts = partsOf(chosen);
	const on = OPTION_PARTS[option].filter((part) => parts.includes(part)).length;
	if (on === 0) return 'false';
	return on === OPTION_PARTS[option].length ? 'true' : 'mixed';
}

export function withOption(chosen: Chosen, option: Option, on: boolean): Chosen {
	return withParts(chosen, OPTION_PARTS[option], on);
}

/** Parts that equal their options are left to the options. */
export function withParts(chosen: Chosen, changed: readonly Part[], on: boolean): Chosen {
	const before = partsOf(chosen);
	const parts = PARTS.map(({ value }) => value).filter((part) =>
		changed.includes(part) ? on : before.includes(part),
	);
	const options = OPTIONS.map(({ value }) => value).filter((option) =>
		OPTION_PARTS[option].every((part) => parts.includes(part)),
	);
	const isShort = partsOf({ options, parts: null }).length === parts.length;
	const hasAlways = ALWAYS.every((part) => parts.includes(part));
	return { options, parts: isShort && hasAlways ? null : parts };
}
