import type { Request, RequestHandler } from 'express';
import { Refusal } from './refusal';
import { findRoute } from './routes';
import { readSettings, type Environment, type Settings } from './settings';

const TIMEOUT_MS = 60_000;
const WITH_BODY = ['POST', 'PATCH'];
const NO_CONTENT = 204;
/** The longest form takes a hundredth of this. Directus itself may accept much larger bodies. */
const MAX_BODY_BYTES = 100_000;
/** The largest answer, a run with all its problems, takes a quarter of this. */
const MAX_ANSWER_BYTES = 16_000_000;

interface Caller {
	user: string;
}

interface Answer {
	status: number;
	body: unknown;
}

/** Forwards an administrator's request to the sidecar. Answers with its status and JSON only. */
export function relay(env: Environment, warn: (message: string) => void): RequestHandler {
	return async (request, response) => {
		response.set('Cache-Control', 'no-store');

		try {
			const caller = requireAdministrator(request);
			const target = buildTarget(request);
			const answer = await forward(request, target, caller, readSettings(env));
			response.status(answer.status);
			if (answer.status === NO_CONTENT) response.end();
			else response.json(answer.body);
		} catch (error) {
			const refusal =
				error instanceof Refusal
					? error
					: new Refusal(500, 'RELAY_FAILED', 'The relay failed.');
			if (refusal.status >= 500) warn(`migration relay: ${String(error)}${causeOf(error)}`);
			response.status(refusal.status).json(refusal.body);
		}
	};
}

function requireAdministrator(request: Request): Caller {
	const { accountability } = request as Request & {
		accountability?: { admin?: boolean; user?: string | null };
	};

	if (accountability?.admin !== true || typeof accountability.user !== 'string') {
		throw new Refusal(403, 'FORBIDDEN', 'Only administrators may migrate.');
	}

	return { user: accountability.user };
}

function buildTarget(request: Request): string {
	const route = findRoute(request.method, request.path);
	if (route === undefined) throw notFound(request.path);
	const query = new URLSearchParams();

	for (const [name, sidecarName] of Object.entries(route.query)) {
		const value = request.query[name];
		if (value === undefined) continue;

		if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) {
			throw new Refusal(400, 'INVALID_INPUT', `${name} must be a whole number.`, {
				field: name,
			});
		}

		query.set(sidecarName, value);
	}

	return query.size === 0 ? request.path : `${request.path}?${query}`;
}

function notFound(path: string): Refusal {
	return path.startsWith('/runs/')
		? new Refusal(404, 'RUN_NOT_FOUND', 'There is no such run.')
		: new Refusal(404, 'ROUTE_NOT_FOUND', 'There is no such route.');
}

async function forward(
	request: Request,
	target: string,
	caller: Caller,
	settings: Settings,
): Promise<Answer> {
	const answer = await send(settings.url + target, {
		method: request.method,
		headers: buildHeaders(request, caller, settings),
		body: WITH_BODY.includes(request.method) ? buildBody(request) : undefined,
		// A redirect would carry the secret to wherever it points.
		redirect: 'error',
		signal: AbortSignal.timeout(TIMEOUT_MS),
	});

	if (answer.status === NO_CONTENT) return { status: NO_CONTENT, body: null };

	try {
		return { status: answer.status, body: JSON.parse(answer.text) };
	} catch {
		throw new Refusal(
			502,
			'SIDECAR_UNREACHABLE',
			'The server at MIGRATION_SIDECAR_URL is not the sidecar.',
		);
	}
}

function buildBody(request: Request): string {
	const body = JSON.stringify(request.body ?? {});

	if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
		throw new Refusal(
			413,
			'CONTENT_TOO_LARGE',
			`The request is larger than ${MAX_BODY_BYTES} bytes.`,
		);
	}

	return body;
}

function buildHeaders(
	request: Request,
	caller: Caller,
	settings: Settings,
): Record<string, string> {
	return {
		Authorization: `Bearer ${settings.secret}`,
		'X-Migration-User': caller.user,
		// The sidecar closes idle connections. One that it just closed would fail the next request.
		Connection: 'close',
		...(settings.publicUrl === null ? {} : { 'X-Migration-Public-URL': settings.publicUrl }),
		...(WITH_BODY.includes(request.method) ? { 'Content-Type': 'application/json' } : {}),
	};
}

async function send(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
	try {
		const response = await fetch(url, init);
		return { status: response.status, text: await readText(response) };
	} catch (error) {
		if (error instanceof Refusal) throw error;
		if (error instanceof Error && error.name === 'TimeoutError') {
			throw new Refusal(
				504,
				'SIDECAR_LATE',
				`The migration sidecar did not answer within ${TIMEOUT_MS / 1000} seconds.`,
			);
		}
		throw new Refusal(502, 'SIDECAR_UNREACHABLE', 'The migration sidecar cannot be reached.', {
			cause: error,
		});
	}
}

/** The cause goes to the log of Directus only, because it may name addresses. */
function causeOf(error: unknown): string {
	const { cause } = error as {
		cause?: { message?: string; cause?: { message?: string; code?: string } };
	};
	const reason = cause?.cause?.code ?? cause?.cause?.message ?? cause?.message;
	return reason === undefined ? '' : ` (${reason})`;
}

async function readText(response: Response): Promise<string> {
	const reader = response.body?.getReader();
	const pieces: Uint8Array[] = [];
	let size = 0;

	for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
		size += read.value.byteLength;

		if (size > MAX_ANSWER_BYTES) {
			await reader?.cancel();
			throw new Refusal(
				502,
				'SIDECAR_UNREACHABLE',
				'The answer from MIGRATION_SIDECAR_URL is too large.',
			);
		}

		pieces.push(read.value);
	}

	return Buffer.concat(pieces).toString('utf8');
}
