import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAX_TRIES, PAUSE_MS, sendUntilRead } from '../src/module/under-pressure';
import { answerOf } from './fixtures';

/** As Directus answers before it reads a request. */
const pressure = () => ({
	response: {
		status: 503,
		data: { errors: [{ message: 'Under pressure', extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
	},
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('sends a request again that Directus has not read', async () => {
	const send = vi.fn().mockRejectedValueOnce(pressure()).mockResolvedValue('done');
	const answer = sendUntilRead(send);
	await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
	expect(send).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(1);
	expect(await answer).toBe('done');
	expect(send).toHaveBeenCalledTimes(2);
});

it('gives up in the end', async () => {
	const send = vi.fn().mockRejectedValue(pressure());
	const failed = expect(sendUntilRead(send)).rejects.toEqual(pressure());
	await vi.advanceTimersByTimeAsync(MAX_TRIES * PAUSE_MS);
	await failed;
	expect(send).toHaveBeenCalledTimes(MAX_TRIES);
});

it('does not repeat what somebody may have read', async () => {
	for (const error of [answerOf(503, 'SIDECAR_UNREACHABLE', 'No answer'), new Error('offline')]) {
		const send = vi.fn().mockRejectedValue(error);
		await expect(sendUntilRead(send)).rejects.toBe(error);
		expect(send).toHaveBeenCalledTimes(1);
	}
});
