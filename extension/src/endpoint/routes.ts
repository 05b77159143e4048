/** The only requests that pass to the sidecar. Anything else is unknown here. */

interface Route {
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	path: RegExp;
	query: readonly string[];
}

const RUN = '/runs/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PRESET = /^\/presets\/\d{1,15}$/;

const ROUTES: readonly Route[] = [
	{ method: 'GET', path: /^\/health$/, query: [] },
	{ method: 'GET', path: /^\/options$/, query: [] },
	{ method: 'POST', path: /^\/check$/, query: [] },
	{ method: 'GET', path: /^\/presets$/, query: [] },
	{ method: 'POST', path: /^\/presets$/, query: [] },
	{ method: 'PATCH', path: PRESET, query: [] },
	{ method: 'DELETE', path: PRESET, query: [] },
	{ method: 'GET', path: /^\/runs$/, query: ['limit'] },
	{ method: 'POST', path: /^\/runs$/, query: [] },
	{ method: 'GET', path: new RegExp(`^${RUN}$`, 'i'), query: ['after'] },
	{ method: 'GET', path: new RegExp(`^${RUN}/checksums$`, 'i'), query: ['after'] },
	{ method: 'POST', path: new RegExp(`^${RUN}/cancel$`, 'i'), query: [] },
	{ method: 'POST', path: new RegExp(`^${RUN}/resume$`, 'i'), query: [] },
];

export function findRoute(method: string, path: string): Route | undefined {
	return ROUTES.find((route) => route.method === method && route.path.test(path));
}
