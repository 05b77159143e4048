import { vi } from 'vitest';

/** Stands in for the stores of Directus, as far as the module uses them. */
export const addToast = vi.fn();

export function useStores() {
	return {
		useNotificationsStore: () => ({ add: addToast }),
		useCollectionsStore: () => ({
			getCollection: (name: string) => ({ name: name.replace(/^./, (letter) => letter.toUpperCase()) }),
		}),
	};
}
