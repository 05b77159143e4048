// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { effectScope, ref, type EffectScope } from 'vue';
import { PATIENCE_MS, useWaiting } from '../src/module/run/use-waiting';
import { answerOf, makeRun } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));

const WELL = { ok: true, code: null, message: null };
const run = ref(makeRun());
let scope: EffectScope;

function follow(status: 'queued' | 'running') {
	run.value = makeRun({ status });
	return scope.run(() => useWaiting(() => run.value))!;
}

beforeEach(() => {
	vi.useFakeTimers();
	api.get.mockReset();
	api.get.mockResolvedValue({
		data: {
			redis: WELL,
			source: WELL,
			worker: { ok: false, code: 'NO_WORKER', message: 'No worker is running.' },
		},
	});
	scope = effectScope();
});

afterEach(() => {
	scope.stop();
	vi.useRealTimers();
});

it('says what keeps a run from starting, once it waits for a while', async () => {
	const { waitingFor } = follow('queued');
	await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
	expect(api.get).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(1);
	expect(waitingFor.value).toBe('No worker is running.');
});

it('stops as soon as the run starts', async () => {
	const { waitingFor } = follow('queued');
	await vi.advanceTimersByTimeAsync(PATIENCE_MS);
	run.value = makeRun({ status: 'running' });
	await vi.advanceTimersByTimeAsync(60_000);
	expect(waitingFor.value).toBeNull();
	expect(api.get).toHaveBeenCalledTimes(1);
});

it('does not ask about a run that runs, nor after the page was left', async () => {
	follow('running');
	follow('queued');
	scope.stop();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(api.get).not.toHaveBeenCalled();
});

it('has nothing to say when all is well or nobody answers', async () => {
	api.get.mockResolvedValueOnce({ data: { redis: WELL, source: WELL, worker: WELL } });
	const { waitingFor } = follow('queued');
	await vi.advanceTimersByTimeAsync(PATIENCE_MS);
	expect(waitingFor.value).toBeNull();
	api.get.mockRejectedValue(answerOf(502, 'SIDECAR_UNREACHABLE', 'down'));
	await vi.advanceTimersByTimeAsync(60_000);
	expect(waitingFor.value).toBeNull();
});
