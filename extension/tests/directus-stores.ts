import { vi } from 'vitest';
import type { AppCollection } from '../src/module/form/tree';

/** Stands in for the stores of Directus, as far as the module uses them. */
export const addToast = vi.fn();

/** The collections of the project: none, unless a test adds some. */
export const allCollections: AppCollection[] = [];

export function useStores() {
	return {
		useNotificationsStore: () => ({ add: addToast }),
		useCollectionsStore: () => ({
			allCollections,
			getCollection: (name: string) => ({ name: name.replace(/^./, (letter) => letter.toUpperCase()) }),
		}),
	};
}
