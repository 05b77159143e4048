import { useStores } from '@directus/extensions-sdk';
import { computed } from 'vue';
import { tablesIn, treeOf, type AppCollection } from './tree';

/** The collections of this project, as Directus has them in the browser. */
export function useSource() {
	const store = useStores().useCollectionsStore() as { allCollections: AppCollection[] };
	const tree = computed(() => treeOf(store.allCollections));
	const tables = computed(() => tablesIn(tree.value).map(({ name }) => name));
	return { tree, tables };
}
