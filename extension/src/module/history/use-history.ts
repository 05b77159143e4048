import { computed, ref, watch } from 'vue';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';
import { filterRuns, isFiltered, NO_FILTER, type RunFilter } from './run-filter';
import { useRuns } from './use-runs';

const FIRST = 50;
/** The sidecar lists no more. */
export const MAX = 500;

/** The runs of the last 30 days, page by page. Can resume one of them. */
export function useHistory() {
	const { resumeRun } = useMigration();
	const count = ref(FIRST);
	const { runs, failure, load } = useRuns(() => count.value);
	const filter = ref<RunFilter>({ ...NO_FILTER });
	const shown = computed(() => filterRuns(runs.value ?? [], filter.value));
	const loadingMore = ref(false);
	const resuming = ref<string | null>(null);
	const notResumed = ref<Failure | null>(null);
	const hasMore = computed(
		() => runs.value !== null && runs.value.length >= count.value && count.value < MAX,
	);

	// A filter looks through all runs.
	watch(filter, () => {
		if (isFiltered(filter.value) && hasMore.value) void loadUpTo(MAX);
	});

	const showMore = () => loadUpTo(Math.min(MAX, 2 * count.value));

	async function loadUpTo(wanted: number) {
		count.value = wanted;
		loadingMore.value = true;
		await load();
		loadingMore.value = false;
	}

	/** Returns whether the run was resumed. */
	async function resume(id: string): Promise<boolean> {
		resuming.value = id;
		notResumed.value = null;

		try {
			await resumeRun(id);
			return true;
		} catch (error) {
			notResumed.value = toFailure(error);
			return false;
		} finally {
			resuming.value = null;
		}
	}

	return { runs, shown, filter, failure, hasMore, loadingMore, resuming, notResumed, showMore, resume };
}
