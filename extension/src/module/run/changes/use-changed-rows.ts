import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { ChangedRow, ChangeKind } from '../../../contract';
import { toFailure, type Failure } from '../../failure';
import { useMigration } from '../../use-migration';

export const PER_PAGE = 100;

/** The rows of one kind in one collection, page by page. */
export function useChangedRows(runId: string, collection: string, kind: ChangeKind) {
	const { getChangedRows } = useMigration();
	const pages = shallowRef<ChangedRow[][]>([]);
	const shown = computed(() => pages.value.reduce((sum, rows) => sum + rows.length, 0));
	const failure = ref<Failure | null>(null);
	const loading = ref(false);
	/** Where the next page begins; null at the end. */
	const next = ref<number | null>(0);
	let left = false;

	onScopeDispose(() => (left = true));
	void loadMore();

	async function loadMore() {
		if (loading.value || next.value === null) return;
		loading.value = true;
		failure.value = null;

		try {
			const after = next.value;
			const page = await getChangedRows(runId, { collection, kind, after, count: PER_PAGE });
			if (left) return;
			pages.value = [...pages.value, page.rows];
			next.value = page.next;
		} catch (error) {
			failure.value = toFailure(error);
		} finally {
			loading.value = false;
		}
	}

	return { pages, shown, failure, loading, next, loadMore };
}
