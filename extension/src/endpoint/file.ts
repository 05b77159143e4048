import type { Response as BrowserResponse } from 'express';
import { get as getByHttp, type IncomingMessage } from 'node:http';
import { get as getByHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { asRefusal, notTheSidecar, passOn, readAnswer, TIMEOUT_MS } from './answer';

const CONTENT_TYPE = /^(application\/json|text\/html)(; charset=utf-8)?$/;
const DISPOSITION = /^attachment; filename="[\w.-]{1,100}"$/;
/** What a file shows cannot do anything, even if somebody opens it under this address. */
const HEADERS = {
	'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
	'X-Content-Type-Options': 'nosniff',
};

/**
 * Passes a file of the sidecar on while it arrives: nobody holds it as a whole. It may take as long
 * as it wants, and be silent for `silence` milliseconds.
 */
export async function passFileOn(
	url: string,
	headers: Record<string, string>,
	response: BrowserResponse,
	silence = TIMEOUT_MS,
): Promise<void> {
	try {
		const answer = await request(url, headers, silence);

		if (answer.statusCode === 200) {
			setHeaders(answer, response);
			await pipeline(answer, response);
		} else {
			passOn(await readAnswer(answer.statusCode ?? 0, answer), response);
		}
	} catch (error) {
		throw asRefusal(error);
	}
}

/** `fetch` would take a file that breaks off for a complete one. */
function request(
	url: string,
	headers: Record<string, string>,
	silence: number,
): Promise<IncomingMessage> {
	const get = url.startsWith('https:') ? getByHttps : getByHttp;

	return new Promise((resolve, reject) => {
		const sent = get(url, { headers, agent: false, timeout: silence }, resolve);
		sent.on('timeout', () => sent.destroy(new DOMException('', 'TimeoutError')));
		sent.on('error', reject);
	});
}

function setHeaders(answer: IncomingMessage, response: BrowserResponse): void {
	const type = answer.headers['content-type'] ?? '';
	const disposition = answer.headers['content-disposition'] ?? '';

	if (!CONTENT_TYPE.test(type) || !DISPOSITION.test(disposition)) {
		answer.destroy();
		throw notTheSidecar();
	}

	response.set({ ...HEADERS, 'Content-Type': type, 'Content-Disposition': disposition });
}
