import { onMounted, ref } from 'vue';
import type { RunSummary } from '../../types';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';

const SHOWN = 5;

/** The newest runs; null while they load. */
export function useRecentRuns() {
	const { listRuns } = useMigration();
	const runs = ref<RunSummary[] | null>(null);
	const failure = ref<Failure | null>(null);

	onMounted(async () => {
		try {
			runs.value = await listRuns(SHOWN);
		} catch (error) {
			failure.value = toFailure(error);
		}
	});

	return { runs, failure };
}
