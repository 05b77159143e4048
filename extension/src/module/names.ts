import { useStores } from '@directus/extensions-sdk';

const SYSTEM = 'directus_';

/** Returns the name of a collection as people know it: "Files", or its name in their language. */
export function useNames(): (collection: string) => string {
	const { getCollection } = useStores().useCollectionsStore();
	return (collection) => {
		if (collection.startsWith(SYSTEM)) return titleOf(collection.slice(SYSTEM.length));
		const known = getCollection(collection) as { name?: string } | null;
		return known?.name ?? titleOf(collection);
	};
}

function titleOf(name: string): string {
	const words = name.replaceAll('_', ' ').trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}
