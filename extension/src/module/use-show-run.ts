import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';

/** Opens the page of a run, unless the user has left this page in the meantime. */
export function useShowRun() {
	const router = useRouter();
	let left = false;
	onScopeDispose(() => (left = true));

	return async (id: string) => {
		if (!left) await router.push(`/migration/runs/${id}`);
	};
}
