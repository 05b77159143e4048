import { onMounted, ref } from 'vue';
import type { Option } from '../../contract';
import { useMigration } from '../use-migration';

/** How much of this project each option moves; null while it is counted, which may take seconds. */
export function useCounts() {
	const { countOptions } = useMigration();
	const counts = ref<Partial<Record<Option, number>> | null>(null);
	const failed = ref(false);

	onMounted(async () => {
		try {
			counts.value = Object.fromEntries((await countOptions()).map(({ name, rows }) => [name, rows]));
		} catch {
			// The form does without them, so that they are missing is all that there is to say.
			failed.value = true;
		}
	});

	return { counts, failed };
}
