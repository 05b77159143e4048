import { useStores } from '@directus/extensions-sdk';

/** Directus' own toasts. */
export function useToasts() {
	const { add } = useStores().useNotificationsStore();
	return {
		done: (title: string) => add({ title, type: 'success' }),
		warn: (title: string, text?: string) => add({ title, text, type: 'warning' }),
	};
}
