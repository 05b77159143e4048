import { onScopeDispose, ref } from 'vue';
import type { Checksum } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';

/** The checksums of a run's transferred files, page by page. */
export function useChecksums(runId: string) {
	const { getChecksums } = useMigration();
	const checksums = ref<Checksum[]>([]);
	const total = ref<number | null>(null);
	const failure = ref<Failure | null>(null);
	const loading = ref(false);
	let cursor = 0;
	let left = false;

	onScopeDispose(() => (left = true));
	void loadMore();

	async function loadMore() {
		loading.value = true;

		try {
			const page = await getChecksums(runId, cursor);
			if (left) return;
			failure.value = null;
			checksums.value = [...checksums.value, ...page.checksums];
			total.value = page.total;
			cursor = page.cursor;
		} catch (error) {
			failure.value = toFailure(error);
		} finally {
			loading.value = false;
		}
	}

	return { checksums, total, failure, loading, loadMore };
}
