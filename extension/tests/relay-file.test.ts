import express from 'express';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { passFileOn } from '../src/endpoint/file';
import { relay } from '../src/endpoint/relay';
import { RUN_ID } from './fixtures';

const PATH = `/migration/runs/${RUN_ID}/changes/download?format=html`;
const FILE_HEADERS = {
	'content-type': 'text/html; charset=utf-8',
	'content-disposition': 'attachment; filename="changes.html"',
	'x-own': '1',
};
const MEGABYTE = Buffer.alloc(1_000_000, 'x');

let servers: Server[];
let accountability: unknown;
let base: string;
/** What the sidecar does with the next request. */
let answer: (response: ServerResponse) => void;
const warn = vi.fn();

async function listen(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeEach(async () => {
	servers = [];
	warn.mockReset();
	accountability = { admin: true, user: 'b9f7f1f0-4d5c-4f0e-8f0b-4a9c1d0f0a77' };
	const sidecar = await listen((_, response) => answer(response));
	const app = express();
	app.use((request, _, next) => next(void Object.assign(request, { accountability })));
	app.use(
		'/migration',
		relay({ MIGRATION_SIDECAR_URL: sidecar, MIGRATION_SIDECAR_SECRET: 'shared' }, warn),
	);
	base = await listen(app);
});

afterEach(async () => {
	for (const server of servers) server.closeAllConnections();
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

it('passes a file on that is larger than any other answer, with headers of its own', async () => {
	answer = async (response) => {
		response.writeHead(200, FILE_HEADERS);
		for (let piece = 0; piece < 40; piece += 1) {
			if (!response.write(MEGABYTE)) await new Promise((resolve) => response.once('drain', resolve));
		}
		response.end();
	};
	const response = await fetch(base + PATH);
	expect(response.status).toBe(200);
	expect(Object.fromEntries(response.headers)).toMatchObject({
		'content-type': 'text/html; charset=utf-8',
		'content-disposition': 'attachment; filename="changes.html"',
		'content-security-policy': expect.stringContaining("default-src 'none'"),
		'x-content-type-options': 'nosniff',
		'cache-control': 'no-store',
	});
	expect(response.headers.get('x-own')).toBeNull();
	expect((await response.arrayBuffer()).byteLength).toBe(40_000_000);
});

it('passes each piece on when it arrives', async () => {
	let goOn = (): void => {};
	answer = (response) => {
		response.writeHead(200, FILE_HEADERS);
		response.write('first');
		goOn = () => response.end('second');
	};
	const reader = (await fetch(base + PATH)).body!.getReader();
	expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
	goOn();
	expect(Buffer.from((await reader.read()).value!).toString()).toBe('second');
});

it('stops the sidecar when the browser goes away', async () => {
	const closed = new Promise<void>((resolve) => {
		answer = (response) => {
			response.writeHead(200, FILE_HEADERS);
			response.write('first');
			response.once('close', resolve);
		};
	});
	const reader = (await fetch(base + PATH)).body!.getReader();
	await reader.read();
	await reader.cancel();
	await closed;
});

it('breaks a file off that the sidecar breaks off', async () => {
	answer = (response) => {
		response.writeHead(200, FILE_HEADERS);
		response.write('first', () => response.destroy());
	};
	const response = await fetch(base + PATH);
	await expect(response.text()).rejects.toThrow();
	expect(warn).not.toHaveBeenCalled();
});

it('passes a refusal on as it is', async () => {
	const body = { errors: [{ message: 'No list', code: 'RUN_CHANGES_MISSING' }] };
	answer = (response) => {
		response.writeHead(404, { 'content-type': 'application/json' });
		response.end(JSON.stringify(body));
	};
	const response = await fetch(base + PATH);
	expect([response.status, await response.json()]).toEqual([404, body]);
});

it.each([
	['another type', { ...FILE_HEADERS, 'content-type': 'text/javascript' }],
	['a page to show', { ...FILE_HEADERS, 'content-disposition': 'inline' }],
	['another header', { ...FILE_HEADERS, 'content-disposition': 'attachment; filename="a"; b=c' }],
])('is 502 for %s', async (_, headers) => {
	answer = (response) => {
		response.writeHead(200, headers);
		response.end('x');
	};
	const response = await fetch(base + PATH);
	expect(response.status).toBe(502);
	expect((await response.json()).errors[0].code).toBe('SIDECAR_UNREACHABLE');
});

it('waits for a silent sidecar no longer than it should', async () => {
	const silent = await listen(() => {});
	const refused = passFileOn(silent, {}, {} as express.Response, 20);
	await expect(refused).rejects.toMatchObject({ status: 504, code: 'SIDECAR_LATE' });
});

it('gives nothing to anybody else', async () => {
	accountability = { admin: false, user: 'somebody' };
	answer = () => expect.unreachable();
	expect((await fetch(base + PATH)).status).toBe(403);
});
