import { ref } from 'vue';
import type { RunSummary } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { isActive } from '../status';
import { useMigration } from '../use-migration';
import { usePolling } from '../use-polling';

export const POLL_MS = 5_000;

/** The newest runs; null until loaded. Polls while a run is active or the sidecar is not there. */
export function useRuns(count: () => number) {
	const { listRuns } = useMigration();
	const runs = ref<RunSummary[] | null>(null);
	const failure = ref<Failure | null>(null);

	const { start } = usePolling(async (isLate) => {
		try {
			const answer = await listRuns(count());
			if (isLate()) return null;
			runs.value = answer;
			failure.value = null;
			return answer.some(({ status }) => isActive(status) || status === 'interrupted')
				? POLL_MS
				: null;
		} catch (error) {
			if (!isLate()) failure.value = toFailure(error);
			return POLL_MS;
		}
	});
	void start();

	return { runs, failure, load: () => start() };
}
