/** The requests that the relay forwards to the sidecar. It answers 404 to any other. */

export interface Route {
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	path: RegExp;
	/** Query parameters: the page's name, and the sidecar's name. */
	query: Readonly<Record<string, string>>;
	/** Query parameters that are texts. All others are whole numbers. */
	texts?: readonly string[];
	/** The answer is a file of any size. */
	isFile?: true;
}

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const RUN = `/runs/${ID}`;
const CHECK = `/checks/${ID}`;
const AFTER = { after: 'after' };
/** Directus itself reads `limit`: it rejects values above QUERY_LIMIT_MAX before the relay runs. */
const COUNT = { count: 'limit' };
const PRESET = /^\/presets\/\d{1,15}$/;

const ROUTES: readonly Route[] = [
	{ method: 'GET', path: /^\/health$/, query: {} },
	{ method: 'GET', path: /^\/options$/, query: {} },
	{ method: 'GET', path: /^\/collections$/, query: {} },
	{ method: 'POST', path: /^\/collections\/count$/, query: {} },
	{ method: 'POST', path: /^\/check$/, query: {} },
	{ method: 'GET', path: new RegExp(`^${CHECK}$`, 'i'), query: {} },
	{ method: 'POST', path: new RegExp(`^${CHECK}/cancel$`, 'i'), query: {} },
	{ method: 'GET', path: /^\/presets$/, query: {} },
	{ method: 'POST', path: /^\/presets$/, query: {} },
	{ method: 'PATCH', path: PRESET, query: {} },
	{ method: 'DELETE', path: PRESET, query: {} },
	{ method: 'GET', path: /^\/runs$/, query: COUNT },
	{ method: 'POST', path: /^\/runs$/, query: {} },
	{ method: 'GET', path: new RegExp(`^${RUN}$`, 'i'), query: { ...AFTER, problems: 'problems' } },
	{ method: 'GET', path: new RegExp(`^${RUN}/problems$`, 'i'), query: { after: 'offset', ...COUNT } },
	{ method: 'GET', path: new RegExp(`^${RUN}/checksums$`, 'i'), query: AFTER },
	{ method: 'GET', path: new RegExp(`^${RUN}/changes$`, 'i'), query: {} },
	{
		method: 'GET',
		path: new RegExp(`^${RUN}/changes/rows$`, 'i'),
		query: { collection: 'collection', kind: 'kind', ...AFTER, ...COUNT },
		texts: ['collection', 'kind'],
	},
	{
		method: 'GET',
		path: new RegExp(`^${RUN}/changes/download$`, 'i'),
		query: { format: 'format' },
		texts: ['format'],
		isFile: true,
	},
	{ method: 'POST', path: new RegExp(`^${RUN}/cancel$`, 'i'), query: {} },
	{ method: 'POST', path: new RegExp(`^${RUN}/resume$`, 'i'), query: {} },
];

export function findRoute(method: string, path: string): Route | undefined {
	return ROUTES.find((route) => route.method === method && route.path.test(path));
}
