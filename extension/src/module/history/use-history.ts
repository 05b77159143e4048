import { computed, onScopeDispose, ref } from 'vue';
import type { RunSummary } from '../../types';
import { toFailure, type Failure } from '../failure';
import { isActive } from '../status';
import { useMigration } from '../use-migration';

export const POLL_MS = 5_000;
const FIRST = 50;
const MOST = 500;

/** The runs of the last 30 days, kept up to date while one is under way or the sidecar is away; null at first. */
export function useHistory() {
	const { listRuns, resumeRun } = useMigration();
	const runs = ref<RunSummary[] | null>(null);
	const failure = ref<Failure | null>(null);
	const loadingMore = ref(false);
	const resuming = ref<string | null>(null);
	const notResumed = ref<Failure | null>(null);
	const limit = ref(FIRST);
	const hasMore = computed(() => runs.value !== null && runs.value.length >= limit.value && limit.value < MOST);
	let timer: ReturnType<typeof setTimeout> | undefined;
	// Grows with each question, so that late answers are recognised.
	let generation = 0;

	onScopeDispose(stop);
	void load();

	function stop() {
		generation += 1;
		clearTimeout(timer);
	}

	async function load() {
		stop();
		const mine = generation;

		try {
			const answer = await listRuns(limit.value);
			if (mine !== generation) return;
			runs.value = answer;
			failure.value = null;
		} catch (error) {
			if (mine !== generation) return;
			failure.value = toFailure(error);
		}

		loadingMore.value = false;
		const again = failure.value !== null || runs.value?.some(({ status }) => isActive(status) || status === 'interrupted');
		if (again) timer = setTimeout(() => void load(), POLL_MS);
	}

	function showMore() {
		limit.value = Math.min(MOST, 2 * limit.value);
		loadingMore.value = true;
		void load();
	}

	/** Answers whether the run goes on. */
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

	return { runs, failure, hasMore, loadingMore, resuming, notResumed, showMore, resume };
}
