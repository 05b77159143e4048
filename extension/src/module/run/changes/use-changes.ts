import { ref, shallowRef, watch } from 'vue';
import type { Changes } from '../../../contract';
import { toFailure, type Failure } from '../../failure';
import { useMigration } from '../../use-migration';

const MISSING = 'RUN_CHANGES_MISSING';

/** How many rows of each collection a run changes. Loaded once it is wanted. */
export function useChanges(runId: string, wanted: () => boolean) {
	const { getChanges } = useMigration();
	const changes = shallowRef<Changes | null>(null);
	/** Why this run has no list of its changes, and what to do. */
	const missing = ref('');
	const failure = ref<Failure | null>(null);
	const loading = ref(false);

	watch(wanted, (now) => void (now && changes.value === null && load()), { immediate: true });

	async function load() {
		if (loading.value) return;
		loading.value = true;
		failure.value = null;
		missing.value = '';

		try {
			changes.value = await getChanges(runId);
		} catch (error) {
			const failed = toFailure(error);
			if (failed.code === MISSING) missing.value = failed.message;
			else failure.value = failed;
		} finally {
			loading.value = false;
		}
	}

	return { changes, missing, failure, loading, load };
}
