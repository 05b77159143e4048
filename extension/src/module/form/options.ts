import type { Option } from '../../contract';

interface Choice {
	value: Option;
	label: string;
	holds: string;
	/** Singular and plural of what is counted. */
	counted: [one: string, several: string];
}

const ROWS: Choice['counted'] = ['row', 'rows'];

/** What can be migrated beyond schema, settings and translations. */
export const OPTIONS: readonly Choice[] = [
	{
		value: 'content',
		label: 'Content',
		holds: 'Folders, files and the items of all collections.',
		counted: ['row or file', 'rows and files'],
	},
	{
		value: 'users',
		label: 'Users',
		holds:
			'Users, roles, policies and permissions. ' +
			'Passwords cannot be read, so they are not migrated.',
		counted: ROWS,
	},
	{ value: 'comments', label: 'Comments', holds: 'Comments on items.', counted: ROWS },
	{
		value: 'presets',
		label: 'Presets',
		holds: 'Bookmarks and saved layouts of collections.',
		counted: ROWS,
	},
	{
		value: 'dashboards',
		label: 'Dashboards',
		holds: 'Insights dashboards and their panels.',
		counted: ROWS,
	},
	{
		value: 'extensions',
		label: 'Extensions',
		holds: 'Extensions from the marketplace, and which are enabled.',
		counted: ['extension', 'extensions'],
	},
	{ value: 'flows', label: 'Flows', holds: 'Flows and their operations.', counted: ROWS },
];

export function labelOf(option: Option): string {
	return OPTIONS.find(({ value }) => value === option)?.label ?? option;
}

export const BATCH_SIZES = [5, 10, 15, 20, 25];
export const DEFAULT_BATCH_SIZE = 10;
