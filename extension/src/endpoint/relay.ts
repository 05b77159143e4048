import type { Request, RequestHandler } from 'express';
import { asRefusal, passOn, readAnswer, TIMEOUT_MS, type Answer } from './answer';
import { passFileOn } from './file';
import { Refusal } from './refusal';
import { findRoute, type Route } from './routes';
import { readSettings, type Environment, type Settings } from './settings';

const WITH_BODY = ['POST', 'PATCH'];
/** The longest form takes a hundredth of this. Directus itself may accept much larger bodies. */
const MAX_BODY_BYTES = 100_000;
const WHOLE_NUMBER = /^\d{1,15}$/;
/** The longest name of a collection. */
const MAX_TEXT = 255;
const TEXT = new RegExp(`^[^]{1,${MAX_TEXT}}$`);

interface Caller {
	user: string;
}

/** Forwards an administrator's request to the sidecar. Answers with its status and JSON only. */
export function relay(env: Environment, warn: (message: string) => void): RequestHandler {
	return async (request, response) => {
		response.set('Cache-Control', 'no-store');

		try {
			const caller = requireAdministrator(request);
			const route = findRoute(request.method, request.path);
			if (route === undefined) throw notFound(request.path);
			const target = buildTarget(request, route);
			const settings = readSettings(env);

			if (route.isFile) {
				const headers = buildHeaders(request, caller, settings);
				await passFileOn(settings.url + target, headers, response);
				return;
			}

			passOn(await forward(request, target, caller, settings), response);
		} catch (error) {
			// The browser has to see that the file is not complete.
			if (response.headersSent) return void response.destroy();
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

function buildTarget(request: Request, route: Route): string {
	const query = new URLSearchParams();

	for (const [name, sidecarName] of Object.entries(route.query)) {
		const value = request.query[name];
		if (value === undefined) continue;

		const isText = route.texts?.includes(name);

		if (typeof value !== 'string' || !(isText ? TEXT : WHOLE_NUMBER).test(value)) {
			const must = isText ? `a text of ${MAX_TEXT} characters at most` : 'a whole number';
			throw new Refusal(400, 'INVALID_INPUT', `${name} must be ${must}.`, { field: name });
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
	try {
		const answer = await fetch(settings.url + target, {
			method: request.method,
			headers: buildHeaders(request, caller, settings),
			body: WITH_BODY.includes(request.method) ? buildBody(request) : undefined,
			// A redirect would carry the secret to wherever it points.
			redirect: 'error',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});

		return await readAnswer(answer.status, answer.body as AsyncIterable<Uint8Array> | null);
	} catch (error) {
		throw asRefusal(error);
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

/** The cause goes to the log of Directus only, because it may name addresses. */
function causeOf(error: unknown): string {
	const { cause } = error as {
		cause?: { message?: string; cause?: { message?: string; code?: string } };
	};
	const reason = cause?.cause?.code ?? cause?.cause?.message ?? cause?.message;
	return reason === undefined ? '' : ` (${reason})`;
}
