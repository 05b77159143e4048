import type { Response as BrowserResponse } from 'express';
import { Refusal } from './refusal';

export const TIMEOUT_MS = 60_000;
const NO_CONTENT = 204;
/** The largest answer, a run with all its problems, takes a quarter of this. */
const MAX_ANSWER_BYTES = 16_000_000;

export interface Answer {
	status: number;
	body: unknown;
}

/** The status and the JSON of what the sidecar answers. */
export async function readAnswer(
	status: number,
	pieces: AsyncIterable<Uint8Array> | null,
): Promise<Answer> {
	const text = pieces === null ? '' : await readText(pieces);
	if (status === NO_CONTENT) return { status, body: null };

	try {
		return { status, body: JSON.parse(text) };
	} catch {
		throw notTheSidecar();
	}
}

export function passOn(answer: Answer, response: BrowserResponse): void {
	response.status(answer.status);
	if (answer.status === NO_CONTENT) response.end();
	else response.json(answer.body);
}

export function notTheSidecar(): Refusal {
	return new Refusal(
		502,
		'SIDECAR_UNREACHABLE',
		'The server at MIGRATION_SIDECAR_URL is not the sidecar.',
	);
}

/** What to answer for whatever went wrong on the way to the sidecar and back. */
export function asRefusal(error: unknown): Refusal {
	if (error instanceof Refusal) return error;

	if (error instanceof Error && error.name === 'TimeoutError') {
		return new Refusal(
			504,
			'SIDECAR_LATE',
			`The migration sidecar did not answer within ${TIMEOUT_MS / 1000} seconds.`,
		);
	}

	return new Refusal(502, 'SIDECAR_UNREACHABLE', 'The migration sidecar cannot be reached.', {
		cause: error,
	});
}

async function readText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
	const read: Uint8Array[] = [];
	let size = 0;

	for await (const piece of pieces) {
		size += piece.byteLength;

		// Leaving the loop closes the connection.
		if (size > MAX_ANSWER_BYTES) {
			throw new Refusal(
				502,
				'SIDECAR_UNREACHABLE',
				'The answer from MIGRATION_SIDECAR_URL is too large.',
			);
		}

		read.push(piece);
	}

	return Buffer.concat(read).toString('utf8');
}
