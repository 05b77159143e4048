import type { ApiError } from '../contract';

/** Why a request failed, in words for the administrator. */
export interface Failure {
	code: string;
	message: string;
	advice: string | null;
	field: string | null;
}

interface Response {
	status?: number;
	data?: { errors?: (ApiError & { extensions?: { code?: string } })[] };
}

const ADVICE: Record<string, string> = {
	DIRECTUS_UNREACHABLE: 'Check your connection. A migration that is under way goes on without this page.',
	FORBIDDEN: 'Log in with an administrator’s account.',
	REFERENCES_NOT_INCLUDED:
		'A new check in the form lists these references. There you can include what they point at, or leave them empty.',
	SIDECAR_LATE:
		'The source or the destination may be slow, or not answer. It may still be at it: look at the history before you start anything again.',
	SIDECAR_UNREACHABLE:
		'Check that `sidecar web` is running, and that MIGRATION_SIDECAR_URL, where Directus is started, points to it.',
	UNAUTHORIZED: 'Give Directus and the sidecar the same MIGRATION_SIDECAR_SECRET, then restart both.',
	SIDECAR_NOT_CONFIGURED: 'Set it where Directus is started, then restart Directus.',
	ROUTE_NOT_FOUND: 'The endpoint of this extension is not loaded: restart Directus and look at its log.',
};

/** Turns whatever the HTTP client threw into a Failure; every answer of relay and sidecar has the same shape. */
export function toFailure(error: unknown): Failure {
	const response = (error as { response?: Response } | null)?.response;
	if (response === undefined) return describe('DIRECTUS_UNREACHABLE', 'Directus did not answer.');
	const first = response.data?.errors?.[0];
	if (first === undefined) return describe('UNEXPECTED_ANSWER', `Directus answered with status ${response.status}.`);
	return describe(first.code ?? first.extensions?.code ?? 'UNKNOWN', first.message, first.field);
}

export function adviceOn(code: string): string | null {
	return ADVICE[code] ?? null;
}

function describe(code: string, message: string, field?: string): Failure {
	return { code, message, advice: adviceOn(code), field: field ?? null };
}
