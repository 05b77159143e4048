/** What can be migrated by choice. Schema, settings and translations always go. */
export const OPTIONS = [
	{ value: 'content', label: 'Content', holds: 'Folders, files and the items of all collections.' },
	{ value: 'users', label: 'Users', holds: 'Users, roles, policies and permissions. Passwords cannot be read and stay behind.' },
	{ value: 'comments', label: 'Comments', holds: 'Comments on items.' },
	{ value: 'presets', label: 'Presets', holds: 'Bookmarks and saved layouts of collections.' },
	{ value: 'dashboards', label: 'Dashboards', holds: 'Insights dashboards and their panels.' },
	{ value: 'extensions', label: 'Extensions', holds: 'Extensions from the marketplace, and which are enabled.' },
	{ value: 'flows', label: 'Flows', holds: 'Flows and their operations.' },
] as const;

export type Option = (typeof OPTIONS)[number]['value'];
