import { ref, watch } from 'vue';
import type { Run } from '../../contract';
import { useMigration } from '../use-migration';
import { usePolling } from '../use-polling';

export const PATIENCE_MS = 3_000;
const AGAIN_MS = 5_000;

/** Why a queued run does not start, in the sidecar's words; null if it reports no reason. */
export function useWaiting(run: () => Run | null) {
	const { getHealth } = useMigration();
	const waitingFor = ref<string | null>(null);

	const { start, stop } = usePolling(async (isLate) => {
		const message = await findReason();
		if (!isLate()) waitingFor.value = message;
		return AGAIN_MS;
	});

	watch(() => (run()?.status === 'queued' ? run()?.id : null), restart, { immediate: true });

	function restart(queued: string | null | undefined) {
		waitingFor.value = null;
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
