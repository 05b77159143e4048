import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';

/** Goes to the page of a run, unless the person has gone elsewhere meanwhile. */
export function useShowRun() {
	const router = useRouter();
	let left = false;
	onScopeDispose(() => (left = true));

	return async (id: string) => {
		if (!left) await router.push(`/migration/runs/${id}`);
	};
}
