import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Problem } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';

export const PER_PAGE = 1_000;

/**
 * The listed problems of one attempt at a run. Once they are wanted they are loaded page by page,
 * and new ones are added while `count`, the number of all problems, grows.
 */
export function useProblems(runId: string, count: () => number, wanted: () => boolean) {
	const { getProblems } = useMigration();
	const problems = shallowRef<Problem[]>([]);
	const failure = ref<Failure | null>(null);
	const loading = ref(false);
	let left = false;

	onScopeDispose(() => (left = true));
	watch([count, wanted], () => void load(), { immediate: true });

	/** The sidecar lists the first ten thousand. */
	async function load() {
		if (loading.value || !wanted()) return;
		loading.value = true;

		try {
			while (!left && problems.value.length < count()) {
				const page = await getProblems(runId, problems.value.length, PER_PAGE);
				failure.value = null;
				if (page.problems.length === 0) break;
				problems.value = [...problems.value, ...page.problems];
			}
		} catch (error) {
			failure.value = toFailure(error);
		} finally {
			loading.value = false;
		}
	}

	return { problems, failure, loading, load };
}
