import { ref, watch } from 'vue';
import type { Run } from '../../contract';
import { useMigration } from '../use-migration';
import { usePolling } from '../use-polling';

export const PATIENCE_MS = 3_000;
const AGAIN_MS = 5_000;

/** What keeps a queued run from starting, in the sidecar's words; null while there is nothing to say. */
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
			// The page asks for the run at the same time, and says what is wrong there.
			return null;
		}
	}

	return { waitingFor };
}
