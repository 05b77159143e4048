import express from 'express';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
	createServer,
	request as httpRequest,
	type IncomingMessage,
	type RequestListener,
	type Server,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { relay } from '../src/endpoint/relay';
import { RUN_ID } from './fixtures';

const ADMIN = { admin: true, user: 'b9f7f1f0-4d5c-4f0e-8f0b-4a9c1d0f0a77' };

interface Seen {
	method: string;
	url: string;
	headers: IncomingMessage['headers'];
	body: string;
}

let servers: Server[];
let seen: Seen[];
let env: Record<string, unknown>;
const warn = vi.fn();
let sidecarAnswer: { status: number; body: string; headers?: Record<string, string> };

async function listen(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startDirectus(accountability: unknown): Promise<string> {
	const app = express();
	app.use(express.json({ limit: '10mb' }));
	app.use((request, _, next) => next(void Object.assign(request, { accountability })));
	app.use('/migration', relay(env, warn));
	return listen(app);
}

/** Sends the path as it stands; fetch would resolve its dots before sending. */
function sendRaw(base: string, path: string): Promise<number> {
	const { hostname, port } = new URL(base);

	return new Promise((resolve, reject) => {
		httpRequest({ hostname, port, path }, (response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		})
			.on('error', reject)
			.end();
	});
}

beforeEach(async () => {
	servers = [];
	seen = [];
	warn.mockReset();
	const used = new WeakSet<Socket>();
	sidecarAnswer = { status: 200, body: '{"runs":[]}' };

	const sidecar = await listen(async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		seen.push({
			method: request.method ?? '',
			url: request.url ?? '',
			headers: request.headers,
			body,
		});
		// As a server that closes an idle connection at the moment at which it is used again.
		if (used.has(request.socket)) return void request.socket.destroy();
		used.add(request.socket);
		response.writeHead(sidecarAnswer.status, {
			'content-type': 'application/json',
			...sidecarAnswer.headers,
		});
		response.end(sidecarAnswer.body);
	});

	env = {
		MIGRATION_SIDECAR_URL: `${sidecar}/`,
		MIGRATION_SIDECAR_SECRET: 'shared',
		PUBLIC_URL: 'https://cms.example.com',
	};
});

afterEach(async () => {
	vi.unstubAllEnvs();
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

describe('who may pass', () => {
	it.each([
		['nobody', undefined],
		['the public', { admin: false, user: null }],
		['a user', { admin: false, user: ADMIN.user }],
		['a share', { admin: false, user: null, share: 'a' }],
		['an administrator without a user', { admin: true, user: null }],
	])('refuses %s and forwards nothing', async (_, accountability) => {
		const base = await startDirectus(accountability);
		const response = await fetch(`${base}/migration/runs`);
		expect(response.status).toBe(403);
		expect((await response.json()).errors[0].code).toBe('FORBIDDEN');
		expect(seen).toEqual([]);
	});
});

describe('what is forwarded', () => {
	it('carries secret, user and public URL, and no header of the browser', async () => {
		const base = await startDirectus(ADMIN);
		await fetch(`${base}/migration/runs`, {
			headers: { cookie: 'session=1', authorization: 'Bearer mine' },
		});
		const { headers } = seen[0]!;
		expect(headers.authorization).toBe('Bearer shared');
		expect(headers['x-migration-user']).toBe(ADMIN.user);
		expect(headers['x-migration-public-url']).toBe('https://cms.example.com');
		expect(headers.cookie).toBeUndefined();
	});

	it('uses no connection again that the sidecar may have closed', async () => {
		const base = await startDirectus(ADMIN);
		for (const _ of [1, 2, 3]) expect((await fetch(`${base}/migration/runs`)).status).toBe(200);
	});

	it('carries nothing of the connection between browser and Directus', async () => {
		const base = await startDirectus(ADMIN);
		const { hostname, port } = new URL(base);
		const headers = {
			connection: 'close, x-secret',
			'x-secret': '1',
			te: 'trailers',
			'proxy-authorization': 'Basic eA==',
			'x-migration-user': 'somebody else',
			'x-forwarded-for': '10.0.0.1',
			host: 'elsewhere.example.com',
		};
		await new Promise((resolve) =>
			httpRequest({ hostname, port, path: '/migration/runs', headers }, resolve).end(),
		);
		const { headers: sent } = seen[0]!;
		expect(sent['x-migration-user']).toBe(ADMIN.user);
		expect(sent.host).toBe(new URL(String(env['MIGRATION_SIDECAR_URL'])).host);
		for (const name of ['x-secret', 'te', 'proxy-authorization', 'x-forwarded-for'])
			expect(sent[name]).toBeUndefined();
	});

	it('is no body of more than 100,000 bytes, although Directus lets it through', async () => {
		const base = await startDirectus(ADMIN);
		const body = JSON.stringify({ destination_url: 'x'.repeat(100_000) });
		const headers = { 'content-type': 'application/json' };
		const response = await fetch(`${base}/migration/runs`, { method: 'POST', body, headers });
		expect(response.status).toBe(413);
		expect((await response.json()).errors[0].code).toBe('CONTENT_TOO_LARGE');
		expect(seen).toEqual([]);
	});

	it.each(['a\r\nX-Injected: 1', 'a\nb', 'ü\u{1F600}'])(
		'is no user that could be a header of its own: %j',
		async (user) => {
			const base = await startDirectus({ admin: true, user });
			expect((await fetch(`${base}/migration/runs`)).status).toBe(502);
			expect(seen).toEqual([]);
		},
	);

	it('leaves out a public URL that is not absolute', async () => {
		env['PUBLIC_URL'] = '/';
		const base = await startDirectus(ADMIN);
		await fetch(`${base}/migration/runs`);
		expect(seen[0]!.headers['x-migration-public-url']).toBeUndefined();
	});

	it.each([
		['POST', '/runs'],
		['PATCH', '/presets/7'],
	])('passes the body of a %s on as JSON', async (method, url) => {
		const base = await startDirectus(ADMIN);
		const body = JSON.stringify({ destination_url: 'http://destination', dry_run: true });
		await fetch(`${base}/migration${url}`, {
			method,
			body,
			headers: { 'content-type': 'application/json' },
		});
		expect(seen[0]).toMatchObject({ method, url, body });
		expect(seen[0]!.headers['content-type']).toBe('application/json');
	});

	it.each([
		['GET', '/health', '/health'],
		['GET', '/options', '/options'],
		['GET', '/collections', '/collections'],
		['POST', '/collections/count', '/collections/count'],
		['POST', '/check', '/check'],
		['GET', `/checks/${RUN_ID}`, `/checks/${RUN_ID}`],
		['POST', `/checks/${RUN_ID}/cancel`, `/checks/${RUN_ID}/cancel`],
		['GET', '/presets', '/presets'],
		['POST', '/presets', '/presets'],
		['PATCH', '/presets/7', '/presets/7'],
		['DELETE', '/presets/7', '/presets/7'],
		['GET', '/runs?count=50&x=1', '/runs?limit=50'],
		['GET', `/runs/${RUN_ID}?after=12&problems=0`, `/runs/${RUN_ID}?after=12&problems=0`],
		[
			'GET',
			`/runs/${RUN_ID}/problems?after=2000&count=1000`,
			`/runs/${RUN_ID}/problems?offset=2000&limit=1000`,
		],
		['GET', `/runs/${RUN_ID}/checksums?after=50`, `/runs/${RUN_ID}/checksums?after=50`],
		['GET', `/runs/${RUN_ID}/changes?x=1`, `/runs/${RUN_ID}/changes`],
		[
			'GET',
			`/runs/${RUN_ID}/changes/rows?collection=my%20p%26sts%3D1&kind=new&after=7&count=100`,
			`/runs/${RUN_ID}/changes/rows?collection=my+p%26sts%3D1&kind=new&after=7&limit=100`,
		],
		[
			'GET',
			`/runs/${RUN_ID}/changes/download?format=html`,
			`/runs/${RUN_ID}/changes/download?format=html`,
		],
		['POST', `/runs/${RUN_ID}/cancel`, `/runs/${RUN_ID}/cancel`],
		['POST', `/runs/${RUN_ID}/resume`, `/runs/${RUN_ID}/resume`],
	])('%s %s', async (method, path, expected) => {
		const base = await startDirectus(ADMIN);
		await fetch(`${base}/migration${path}`, { method });
		expect(seen.map(({ url }) => url)).toEqual([expected]);
	});

	it.each([
		'/presets/7',
		'/preset',
		'/runs/1',
		'/checks',
		'/checks/1',
		'/runs/../health',
		`/runs/${RUN_ID}/../../health`,
		'/runs/%2e%2e/health',
		'/runs/',
		'//elsewhere/runs',
		'/runs%0d%0aX-Injected:1',
		'/runs;/../health',
		'/health%00',
		'/RUNS\\..\\health',
	])('refuses %s', async (path) => {
		const base = await startDirectus(ADMIN);
		expect(await sendRaw(base, `/migration${path}`)).toBe(404);
		expect(seen).toEqual([]);
	});

	it.each(['after=-1', 'after=1;2', 'after=1&after=2', 'after[a]=1'])(
		'refuses ?%s',
		async (query) => {
			const base = await startDirectus(ADMIN);
			const response = await fetch(`${base}/migration/runs/${RUN_ID}?${query}`);
			expect(response.status).toBe(400);
			expect(seen).toEqual([]);
		},
	);

	it.each([`collection=${'x'.repeat(256)}`, 'collection=', 'collection=a&collection=b', 'kind[a]=b'])(
		'refuses rows?%s',
		async (query) => {
			const base = await startDirectus(ADMIN);
			const path = `/migration/runs/${RUN_ID}/changes/rows?${query}`;
			expect((await fetch(base + path)).status).toBe(400);
			expect(seen).toEqual([]);
		},
	);

	it.each(['1a', '1234567890123456', '../runs', ''])(
		'refuses to delete the preset %s',
		async (id) => {
			const base = await startDirectus(ADMIN);
			expect(
				(await fetch(`${base}/migration/presets/${id}`, { method: 'DELETE' })).status,
			).toBe(404);
			expect(seen).toEqual([]);
		},
	);

	it('refuses a method that the route does not have', async () => {
		const base = await startDirectus(ADMIN);
		expect((await fetch(`${base}/migration/runs`, { method: 'DELETE' })).status).toBe(404);
		expect(seen).toEqual([]);
	});
});

describe('what comes back', () => {
	it('is the status and the JSON of the sidecar without its headers', async () => {
		sidecarAnswer = {
			status: 409,
			body: '{"errors":[{"message":"busy","code":"DESTINATION_BUSY"}]}',
			headers: { 'x-own': '1' },
		};
		const base = await startDirectus(ADMIN);
		const response = await fetch(`${base}/migration/runs`, { method: 'POST' });
		expect(response.status).toBe(409);
		expect((await response.json()).errors[0].code).toBe('DESTINATION_BUSY');
		expect(response.headers.get('x-own')).toBeNull();
		expect(response.headers.get('cache-control')).toBe('no-store');
	});

	it('has no header of the server or the connection', async () => {
		sidecarAnswer.headers = {
			server: 'gunicorn',
			'x-powered-by': 'Python',
			'set-cookie': 'a=b',
			'keep-alive': 'timeout=99',
			'proxy-authenticate': 'Basic',
			'access-control-allow-origin': '*',
			location: 'https://elsewhere',
		};
		const base = await startDirectus(ADMIN);
		const { headers } = await fetch(`${base}/migration/runs`);
		for (const name of Object.keys(sidecarAnswer.headers))
			expect(headers.get(name)).not.toBe(sidecarAnswer.headers[name]);
		expect(headers.get('set-cookie')).toBeNull();
	});

	it('is 502 when it does not end', async () => {
		sidecarAnswer = { status: 200, body: `"${'x'.repeat(17_000_000)}"` };
		const base = await startDirectus(ADMIN);
		const response = await fetch(`${base}/migration/health`);
		expect(response.status).toBe(502);
		expect((await response.json()).errors[0].message).toContain('too large');
	});

	it('is an empty answer where the sidecar answers 204', async () => {
		sidecarAnswer = { status: 204, body: '' };
		const base = await startDirectus(ADMIN);
		const response = await fetch(`${base}/migration/presets/7`, { method: 'DELETE' });
		expect(response.status).toBe(204);
		expect(await response.text()).toBe('');
	});

	it('is 502 when nothing listens there', async () => {
		env['MIGRATION_SIDECAR_URL'] = 'http://127.0.0.1:1';
		const base = await startDirectus(ADMIN);
		const response = await fetch(`${base}/migration/health`);
		expect(response.status).toBe(502);
		expect((await response.json()).errors[0].code).toBe('SIDECAR_UNREACHABLE');
		expect(warn.mock.calls).toEqual([
			[expect.stringMatching(/cannot be reached.*\(.*port.*\)/i)],
		]);
	});

	it('is 504 when it takes too long, and does not say that the sidecar is away', async () => {
		const timeout = vi
			.spyOn(AbortSignal, 'timeout')
			.mockReturnValue(AbortSignal.abort(new DOMException('', 'TimeoutError')));
		const base = await startDirectus(ADMIN);
		const response = await fetch(`${base}/migration/runs`, { method: 'POST' });
		timeout.mockRestore();
		expect(response.status).toBe(504);
		expect((await response.json()).errors[0]).toMatchObject({
			code: 'SIDECAR_LATE',
			message: expect.stringContaining('60 seconds'),
		});
	});

	it('is 502 when something else answers there, or sends us elsewhere', async () => {
		const base = await startDirectus(ADMIN);
		sidecarAnswer = { status: 200, body: '<html>' };
		expect((await fetch(`${base}/migration/health`)).status).toBe(502);
		sidecarAnswer = { status: 302, body: '{}', headers: { location: '/runs' } };
		expect((await fetch(`${base}/migration/health`)).status).toBe(502);
		expect(seen).toHaveLength(2);
	});
});

describe('the settings', () => {
	it.each(['MIGRATION_SIDECAR_URL', 'MIGRATION_SIDECAR_SECRET'])(
		'names %s when it is missing',
		async (name) => {
			delete env[name];
			const base = await startDirectus(ADMIN);
			const response = await fetch(`${base}/migration/health`);
			expect(response.status).toBe(503);
			const [error] = (await response.json()).errors;
			expect(error.code).toBe('SIDECAR_NOT_CONFIGURED');
			expect(error.message).toContain(name);
		},
	);

	it('sends a secret as it was written, although Directus took it for a list', async () => {
		vi.stubEnv('MIGRATION_SIDECAR_SECRET', 'a,b');
		env['MIGRATION_SIDECAR_SECRET'] = ['a', 'b'];
		const base = await startDirectus(ADMIN);
		await fetch(`${base}/migration/health`);
		expect(seen[0]!.headers.authorization).toBe('Bearer a,b');
	});

	it('reads a secret from the file that *_FILE names', async () => {
		const path = join(mkdtempSync(join(tmpdir(), 'relay-')), 'secret');
		writeFileSync(path, 'from a file\n');
		delete env['MIGRATION_SIDECAR_SECRET'];
		env['MIGRATION_SIDECAR_SECRET_FILE'] = path;
		const base = await startDirectus(ADMIN);
		await fetch(`${base}/migration/health`);
		expect(seen[0]!.headers.authorization).toBe('Bearer from a file');

		rmSync(path);
		const response = await fetch(`${base}/migration/health`);
		expect((await response.json()).errors[0].message).toContain(
			'MIGRATION_SIDECAR_SECRET_FILE',
		);
	});
});
