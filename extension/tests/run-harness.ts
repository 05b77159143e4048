import { flushPromises, mount } from '@vue/test-utils';
import RunPage from '../src/module/run/run-page.vue';
import { directusComponents } from './directus-components';
import { RUN_ID } from './fixtures';

/** The page of a run. What it asks for is not answered yet. */
export function mountRunPage() {
	return mount(RunPage, { props: { id: RUN_ID }, global: { components: directusComponents } });
}

/** The page of a run once everything is answered. */
export async function openRunPage() {
	const page = mountRunPage();
	await flushPromises();
	return page;
}
