// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, ref, type EffectScope } from 'vue';
import { POLL_MS, useRun } from '../src/module/run/use-run';
import { RETRY_MS } from '../src/module/use-polling';
import { answerOf, makeRun, RUN_ID } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));

const line = (message: string) => ({
	at: '2026-01-01T10:00:00Z',
	level: 'info' as const,
	stage: null,
	message,
});
const id = ref(RUN_ID);
let scope: EffectScope;

const follow = () => scope.run(() => useRun(() => id.value))!;

beforeEach(() => {
	vi.useFakeTimers();
	api.get.mockReset();
	api.post.mockReset();
	id.value = RUN_ID;
	scope = effectScope();
});

afterEach(() => {
	scope.stop();
	vi.useRealTimers();
});

describe('following a run', () => {
	it('asks every second and stops when the run has ended', async () => {
		api.get.mockResolvedValueOnce({ data: makeRun() });
		api.get.mockResolvedValueOnce({ data: makeRun({ status: 'completed' }) });
		const { run } = follow();
		await vi.advanceTimersByTimeAsync(0);
		expect(run.value?.status).toBe('running');
		await vi.advanceTimersByTimeAsync(POLL_MS);
		expect(run.value?.status).toBe('completed');
		await vi.advanceTimersByTimeAsync(60_000);
		expect(api.get).toHaveBeenCalledTimes(2);
	});

	it('stops when the page is left, also while an answer is on its way', async () => {
		let answer = (_: unknown) => {};
		api.get.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
		const { run } = follow();
		scope.stop();
		answer({ data: makeRun() });
		await vi.advanceTimersByTimeAsync(60_000);
		expect(run.value).toBeNull();
		expect(api.get).toHaveBeenCalledTimes(1);
	});

	it('asks for the log from the cursor on and keeps what it has', async () => {
		api.get.mockResolvedValueOnce({
			data: makeRun({ log: { lines: [line('one'), line('two')], cursor: 2 } }),
		});
		api.get.mockResolvedValueOnce({
			data: makeRun({ log: { lines: [line('three')], cursor: 3 } }),
		});
		api.get.mockResolvedValue({ data: makeRun({ log: { lines: [], cursor: 3 } }) });
		const { lines } = follow();
		await vi.advanceTimersByTimeAsync(2 * POLL_MS);
		expect(lines.value.map(({ message }) => message)).toEqual(['one', 'two', 'three']);
		expect(api.get.mock.calls.map(([, { params }]) => params.after)).toEqual([0, 2, 3]);
	});

	it('fetches the rest of the log after the end', async () => {
		api.get.mockResolvedValueOnce({
			data: makeRun({ status: 'failed', log: { lines: [line('one')], cursor: 1 } }),
		});
		api.get.mockResolvedValueOnce({
			data: makeRun({ status: 'failed', log: { lines: [line('two')], cursor: 2 } }),
		});
		api.get.mockResolvedValue({
			data: makeRun({ status: 'failed', log: { lines: [], cursor: 2 } }),
		});
		const { lines } = follow();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(lines.value).toHaveLength(2);
		expect(api.get).toHaveBeenCalledTimes(3);
	});

	it('keeps what it shows and keeps trying while the sidecar is down', async () => {
		api.get.mockResolvedValueOnce({ data: makeRun() });
		api.get.mockRejectedValueOnce(
			answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'),
		);
		api.get.mockResolvedValue({ data: makeRun({ status: 'completed' }) });
		const { run, failure, retrying } = follow();
		await vi.advanceTimersByTimeAsync(POLL_MS);
		expect(failure.value?.code).toBe('SIDECAR_UNREACHABLE');
		expect(retrying.value).toBe(true);
		expect(run.value?.status).toBe('running');
		await vi.advanceTimersByTimeAsync(RETRY_MS);
		expect(failure.value).toBeNull();
		expect(run.value?.status).toBe('completed');
	});

	it('does not ask again for a run that does not exist', async () => {
		api.get.mockRejectedValue(answerOf(404, 'RUN_NOT_FOUND', 'There is no such run.'));
		const { failure } = follow();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(failure.value?.code).toBe('RUN_NOT_FOUND');
		expect(api.get).toHaveBeenCalledTimes(1);
	});

	it('starts over when another run is opened', async () => {
		api.get.mockResolvedValue({ data: makeRun({ log: { lines: [line('one')], cursor: 1 } }) });
		follow();
		await vi.advanceTimersByTimeAsync(0);
		id.value = 'other';
		await vi.advanceTimersByTimeAsync(0);
		expect(api.get).toHaveBeenLastCalledWith('/migration/runs/other', {
			params: { after: 0, problems: 0 },
		});
	});

	it('resumes a run that was interrupted, and follows it again at once', async () => {
		api.get.mockResolvedValueOnce({ data: makeRun({ status: 'interrupted' }) });
		api.get.mockResolvedValueOnce({ data: makeRun({ status: 'queued', attempt: 2 }) });
		api.get.mockResolvedValue({ data: makeRun({ status: 'completed', attempt: 2 }) });
		api.post.mockResolvedValueOnce({ data: makeRun() });
		const { run, resume, resuming } = follow();
		await vi.advanceTimersByTimeAsync(0);
		expect(run.value?.status).toBe('interrupted');
		await resume();
		expect(api.post).toHaveBeenCalledWith(`/migration/runs/${RUN_ID}/resume`, undefined);
		expect([run.value?.status, resuming.value]).toEqual(['queued', false]);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(run.value?.status).toBe('completed');
		expect(api.get).toHaveBeenCalledTimes(3);
	});

	it('keeps looking at an interrupted run, and says why Resume was refused', async () => {
		api.get.mockResolvedValueOnce({ data: makeRun({ status: 'interrupted' }) });
		api.get.mockResolvedValue({ data: makeRun({ status: 'completed' }) });
		api.post.mockRejectedValueOnce(answerOf(409, 'TOKEN_GONE', 'The token is no longer kept.'));
		const { run, resume, refused, resuming } = follow();
		await vi.advanceTimersByTimeAsync(0);
		await resume();
		expect([refused.value?.message, resuming.value]).toEqual([
			'The token is no longer kept.',
			false,
		]);
		await vi.advanceTimersByTimeAsync(RETRY_MS);
		expect(run.value?.status).toBe('completed');
		expect(refused.value?.message).toBe('The token is no longer kept.');
		api.post.mockResolvedValueOnce({ data: makeRun() });
		await resume();
		expect(refused.value).toBeNull();
	});

	it('lets go of Cancel when the worker died before it heard of that', async () => {
		api.get.mockResolvedValueOnce({ data: makeRun() });
		api.get.mockResolvedValueOnce({ data: makeRun() });
		api.get.mockResolvedValue({ data: makeRun({ status: 'interrupted' }) });
		api.post.mockResolvedValueOnce({ data: makeRun() });
		const { cancel, cancelling } = follow();
		await vi.advanceTimersByTimeAsync(0);
		await cancel();
		expect(cancelling.value).toBe(true);
		await vi.advanceTimersByTimeAsync(POLL_MS);
		expect(cancelling.value).toBe(false);
	});

	it('cancels a run that was interrupted, and shows so at once', async () => {
		api.get.mockResolvedValueOnce({ data: makeRun({ status: 'interrupted' }) });
		api.get.mockResolvedValue({ data: makeRun({ status: 'cancelled' }) });
		api.post.mockResolvedValueOnce({ data: makeRun({ status: 'cancelled' }) });
		const { run, cancel } = follow();
		await vi.advanceTimersByTimeAsync(0);
		await cancel();
		expect(run.value?.status).toBe('cancelled');
	});

	it('asks in one series only when it is resumed while an answer is on its way', async () => {
		let late = (_: unknown) => {};
		const first = makeRun({ status: 'interrupted', log: { lines: [line('one')], cursor: 1 } });
		api.get.mockResolvedValueOnce({ data: first });
		api.get.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
		api.get.mockResolvedValueOnce({
			data: makeRun({ status: 'queued', log: { lines: [line('two')], cursor: 2 } }),
		});
		api.get.mockResolvedValue({
			data: makeRun({ status: 'completed', log: { lines: [], cursor: 2 } }),
		});
		api.post.mockResolvedValueOnce({ data: makeRun() });
		const { lines, resume } = follow();
		await vi.advanceTimersByTimeAsync(RETRY_MS);
		await resume();
		late({
			data: makeRun({
				status: 'interrupted',
				log: { lines: [line('two'), line('three')], cursor: 3 },
			}),
		});
		await vi.advanceTimersByTimeAsync(60_000);
		expect(lines.value.map(({ message }) => message)).toEqual(['one', 'two']);
		expect(api.get).toHaveBeenCalledTimes(4);
	});

	it('cancels, and lets the button go when that was refused', async () => {
		api.get.mockResolvedValue({ data: makeRun() });
		api.post.mockRejectedValueOnce(
			answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'),
		);
		const { cancel, cancelling, refused } = follow();
		await cancel();
		expect(api.post).toHaveBeenCalledWith(`/migration/runs/${RUN_ID}/cancel`, undefined);
		expect(cancelling.value).toBe(false);
		expect(refused.value?.message).toBe('The sidecar cannot be reached.');
	});
});
