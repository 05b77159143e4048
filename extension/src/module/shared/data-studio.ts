import { resolveComponent, ref, type Ref } from 'vue';

/** What the header of Directus looks like: 11.1, later 11, or 12 with texts as its buttons. */
export type HeaderStyle = 'round' | 'small-round' | 'text';

interface Loadable {
	props?: object;
	/** Directus loads some of its components when they are first used. */
	__asyncLoader?: () => Promise<Loadable>;
}

/** Tells the styles apart by the props of Directus' own page. Call it in `setup`. */
export function useHeaderStyle(): Ref<HeaderStyle> {
	const style = ref<HeaderStyle>('text');
	const page = resolveComponent('private-view') as Loadable | string;
	if (typeof page === 'string') return style;
	style.value = styleOf(page);
	void page.__asyncLoader?.().then((loaded) => (style.value = styleOf(loaded)));
	return style;
}

function styleOf({ props = {} }: Loadable): HeaderStyle {
	if (!('icon' in props)) return 'round';
	return 'showHeaderShadow' in props ? 'small-round' : 'text';
}
