import { onScopeDispose, ref, watch } from 'vue';
import type { Run } from '../../types';
import { useMigration } from '../use-migration';

export const PATIENCE_MS = 3_000;
const AGAIN_MS = 5_000;

/** What keeps a queued run from starting, in the sidecar's words; null while there is nothing to say. */
export function useWaiting(run: () => Run | null) {
	const { getHealth } = useMigration();
	const waitingFor = ref<string | null>(null);
	let timer: ReturnType<typeof setTimeout> | undefined;
	let generation = 0;

	watch(() => (run()?.status === 'queued' ? run()?.id : null), restart, { immediate: true });
	onScopeDispose(stop);

	function stop() {
		generation += 1;
		clearTimeout(timer);
	}

	function restart(queued: string | null | undefined) {
		stop();
		waitingFor.value = null;
		if (queued) schedule(PATIENCE_MS, generation);
	}

	function schedule(wait: number, mine: number) {
		timer = setTimeout(() => void ask(mine), wait);
	}

	async function ask(mine: number) {
		const message = await findReason();
		if (mine !== generation) return;
		waitingFor.value = message;
		schedule(AGAIN_MS, mine);
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
