import { computed, ref, watch } from 'vue';
import type { Run } from '../../contract';
import { useMigration } from '../use-migration';
import { usePolling } from '../use-polling';

export const PATIENCE_MS = 3_000;
const AGAIN_MS = 5_000;

/** What a run waits for, in the sidecar's words: why it does not start, or a side that is silent. */
export function useWaiting(run: () => Run | null) {
	const { getHealth } = useMigration();
	const reason = ref<string | null>(null);
	const waitingFor = computed(() => {
		const silent = run()?.waiting.map(({ message }) => message) ?? [];
		return silent.join('. ') || reason.value;
	});

	const { start, stop } = usePolling(async (isLate) => {
		const message = await findReason();
		if (!isLate()) reason.value = message;
		return AGAIN_MS;
	});

	watch(() => (run()?.status === 'queued' ? run()?.id : null), restart, { immediate: true });

	function restart(queued: string | null | undefined) {
		reason.value = null;
		if (queued) void start(PATIENCE_MS);
		else stop();
	}

	async function findReason(): Promise<string | null> {
		try {
			const { redis, worker, source } = await getHealth();
			return [redis, worker, source].find(({ ok }) => !ok)?.message ?? null;
		} catch {
			// The page loads the run at the same time, and shows that failure.
			return null;
		}
	}

	return { waitingFor };
}
