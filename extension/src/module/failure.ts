import type { ApiError } from '../contract';

/** Why a request failed, in words for the administrator. */
export interface Failure {
	code: string;
	message: string;
	advice: string | null;
	field: string | null;
	/** The run that keeps the destination busy. */
	run: string | null;
}

interface Response {
	status?: number;
	data?: { errors?: (ApiError & { extensions?: { code?: string }; run?: string })[] };
}

const ADVICE: Record<string, string> = {
	DIRECTUS_UNREACHABLE: 'Check your connection. A running migration continues without this page.',
	FORBIDDEN: 'Log in as an administrator.',
	REFERENCES_NOT_INCLUDED:
		'A new check in the form lists these references. ' +
		'There you can include their targets, or leave the references empty.',
	SIDECAR_LATE:
		'The source or the destination may be slow or down. ' +
		'The sidecar may still be working: look at the history before you start again.',
	SIDECAR_UNREACHABLE:
		'Check that `sidecar web` is running, ' +
		'and that MIGRATION_SIDECAR_URL in the environment of Directus points to it.',
	UNAUTHORIZED:
		'Give Directus and the sidecar the same MIGRATION_SIDECAR_SECRET, then restart both.',
	SIDECAR_NOT_CONFIGURED: 'Set it in the environment of Directus, then restart Directus.',
	ROUTE_NOT_FOUND:
		'Directus has not loaded the endpoint of this extension. ' +
		'Restart Directus and look at its log.',
};

/** Turns an error of the HTTP client into a Failure. Relay and sidecar answer in one format. */
export function toFailure(error: unknown): Failure {
	const response = (error as { response?: Response } | null)?.response;
	if (response === undefined) return describe('DIRECTUS_UNREACHABLE', 'Directus did not answer.');
	const first = response.data?.errors?.[0];
	if (first === undefined)
		return describe('UNEXPECTED_ANSWER', `Directus answered with status ${response.status}.`);
	const code = first.code ?? first.extensions?.code ?? 'UNKNOWN';
	return describe(code, first.message, first.field, first.run);
}

export function adviceOn(code: string): string | null {
	return ADVICE[code] ?? null;
}

function describe(code: string, message: string, field?: string, run?: string): Failure {
	return { code, message, advice: adviceOn(code), field: field ?? null, run: run ?? null };
}
