import type { Problem } from '../../contract';

/** The pages of an item in both instances; null where there is no such page or item. */
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
/** These may have another id at the destination. */
const OTHER_IDS = /^directus_(policies|presets|roles|users)$/;
/** With these the row is at the destination; with others it may not have arrived. */
const ARRIVED = /^(CHECKSUM_DIFFERS|CONFLICT|DIFFERENT)$/;

export function linksOf(
	{ resource, key, code }: Pick<Problem, 'resource' | 'key' | 'code'>,
	urls: { source: string; destination: string },
): ItemLinks {
	const path = pathOf(resource, key);
	if (path === null) return { source: null, destination: null };
	const isSame = ARRIVED.test(code) && !OTHER_IDS.test(resource!);
	return {
		source: `${urls.source}/admin/${path}`,
		destination: isSame ? `${urls.destination}/admin/${path}` : null,
	};
}

function pathOf(resource: string | null, key: string | null): string | null {
	if (resource === null || key === null) return null;
	const page = resource.startsWith('directus_')
		? PAGES[resource]
		: `content/${encodeURIComponent(resource)}`;
	return page === undefined ? null : `${page}/${encodeURIComponent(key)}`;
}
