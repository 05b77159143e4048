import { onMounted, ref } from 'vue';
import type { Option } from '../../contract';
import { useMigration } from '../use-migration';

/** How many rows each option migrates; null while they are counted, which may take seconds. */
export function useCounts() {
	const { countOptions } = useMigration();
	const counts = ref<Partial<Record<Option, number>> | null>(null);
	const failed = ref(false);

	onMounted(async () => {
		try {
			counts.value = Object.fromEntries(
				(await countOptions()).map(({ name, rows }) => [name, rows]),
			);
		} catch {
			// The form works without counts.
			failed.value = true;
		}
	});

	return { counts, failed };
}
