import type { Problem } from '../../contract';

/** The pages of an item in both instances; null where Directus has no such page. */
export interface ItemLinks {
	source: string | null;
	destination: string | null;
}

const PAGES: Record<string, string> = {
	directus_dashboards: 'insights',
	directus_files: 'files',
	directus_flows: 'settings/flows',
	directus_folders: 'files/folders',
	directus_policies: 'settings/policies',
	directus_presets: 'settings/presets',
	directus_roles: 'settings/roles',
	directus_users: 'users',
};

export function linksOf(
	{ resource, key, code }: Problem,
	urls: { source: string; destination: string },
): ItemLinks {
	const path = pathOf(resource, key);
	if (path === null) return { source: null, destination: null };
	return {
		source: `${urls.source}/admin/${path}`,
		destination: code === 'ABSENT' ? null : `${urls.destination}/admin/${path}`,
	};
}

function pathOf(resource: string | null, key: string | null): string | null {
	if (resource === null || key === null) return null;
	const page = resource.startsWith('directus_')
		? PAGES[resource]
		: `content/${encodeURIComponent(resource)}`;
	return page === undefined ? null : `${page}/${encodeURIComponent(key)}`;
}
