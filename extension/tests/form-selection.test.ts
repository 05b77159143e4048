// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everything } from '../src/module/form/selection';
import { QUIET_MS } from '../src/module/form/use-check';
import { systemFilter } from './directus-components';
import { allCollections } from './directus-stores';
import { ALL_OPTIONS, answerOf, makeCheck, makeConfiguration, makePreset } from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

const PUBLISHED = { status: { _eq: 'published' } };

enableAutoUnmount(afterEach);
beforeEach(() => {
	vi.resetAllMocks();
	vi.useRealTimers();
	allCollections.splice(
		0,
		Infinity,
		{ collection: 'blog', name: 'Blog', schema: null, meta: { sort: 1 } },
		{ collection: 'posts', name: 'Posts', schema: {}, meta: { group: 'blog', sort: 1 } },
		{ collection: 'authors', name: 'Authors', schema: {}, meta: { group: 'blog', sort: 2 } },
		{ collection: 'about', name: 'About', schema: {}, meta: { singleton: true, sort: 2 } },
		{ collection: 'links', name: 'Links', schema: {}, meta: { hidden: true } },
	);
});

/** The sidecar counts so many rows in each collection. Null: it does not know. */
function answerCounts(count: number | null = 100) {
	const others = api.get.getMockImplementation()!;
	const collections = allCollections.map(({ collection, schema }) => ({
		collection,
		rows: schema ? count : null,
		problem: null,
	}));
	api.get.mockImplementation(async (path: string) =>
		path === '/migration/collections' ? { data: { collections } } : others(path),
	);
}

async function openTree({
	counted = false,
	...answers
}: Parameters<typeof openForm>[1] & { counted?: boolean } = {}) {
	const form = await openForm(api, answers);
	answerCounts(counted ? 100 : null);
	const { find, press, page } = form;
	if (!answers.back) await form.type('http://destination', 'token');
	await press('choose-collections');
	const line = (name: string) => page.find<HTMLElement>(`[data-collection="${name}"]`);
	return {
		...form,
		line,
		sentence: () => find('choose-collections-sentence').text(),
		ticks: () =>
			page
				.findAll('[role="treeitem"]')
				.map((one) => [one.attributes('data-collection'), one.attributes('aria-checked')]),
		async tick(name: string) {
			await line(name).trigger('click');
			await flushPromises();
		},
		async key(key: string) {
			await page.find('[role="tree"] [tabindex="0"]').trigger('keydown', { key });
			await flushPromises();
		},
	};
}

describe('the tree of collections', () => {
	it('opens with everything ticked, and nothing that a request would say', async () => {
		const { ticks, check, sent, sentence } = await openTree();
		expect(ticks()).toEqual([
			['blog', 'true'],
			['posts', 'true'],
			['authors', 'true'],
			['about', 'true'],
		]);
		expect(sentence()).toBe('All 4 collections');
		await check();
		expect(sent()).toMatchObject({ selection: null, parts: null, references: 'refuse' });
	});

	it('sends what is ticked, and brings along what it refers to', async () => {
		const { tick, ticks, check, start, press, sent, sentence } = await openTree();
		await press('select-none');
		await tick('posts');
		expect(ticks().slice(0, 3)).toEqual([
			['blog', 'mixed'],
			['posts', 'true'],
			['authors', 'false'],
		]);
		expect(sentence()).toBe('1 of 4 collections');
		await check();
		const selection = { ...everything(), collections: ['posts'] };
		expect(sent()).toMatchObject({ selection, references: 'bring' });
		await start();
		expect(sent()).toMatchObject({ selection, references: 'bring' });
		await press('references-keep');
		await check();
		await start();
		expect(sent()).toMatchObject({ references: 'keep' });
	});

	it('ticks a whole folder, inverts, and changes only what a search finds', async () => {
		const { tick, ticks, press, find, check, sent } = await openTree();
		await tick('blog');
		expect(ticks().map(([, state]) => state)).toEqual(['false', 'false', 'false', 'true']);
		await press('select-inverse');
		await find('tree-search').setValue('auth');
		expect(ticks()).toEqual([
			['blog', 'true'],
			['authors', 'true'],
		]);
		await press('select-none');
		await check();
		expect(sent().selection.collections).toEqual(['posts']);
	});

	it('shows hidden collections when asked to', async () => {
		const { line, press, find } = await openTree();
		expect(line('links').exists()).toBe(false);
		expect(find('show-hidden').text()).toBe('Show hidden (1)');
		await press('show-hidden');
		expect(line('links').exists()).toBe(true);
	});

	it('is one stop for the tab key, with keys to go, to open and to tick', async () => {
		const { page, key, line, ticks } = await openTree();
		const at = () => page.find('[role="tree"] > [tabindex="0"]').attributes('data-collection');
		expect(at()).toBe('blog');
		await key('ArrowRight');
		expect(at()).toBe('posts');
		expect(document.activeElement).toBe(line('posts').element);
		await key(' ');
		expect(line('posts').attributes('aria-checked')).toBe('false');
		await key('ArrowLeft');
		await key('ArrowLeft');
		expect(ticks().map(([name]) => name)).toEqual(['blog', 'about']);
		expect(line('blog').attributes('aria-expanded')).toBe('false');
		await key('End');
		expect(at()).toBe('about');
	});

	it('does not let a run start with nothing selected', async () => {
		const { press, check, find, disabled } = await openTree();
		await check();
		await press('select-none');
		expect(find('start-obstacle').text()).toBe('Select at least one collection.');
		expect(disabled('start')).toBe(true);
		expect(disabled('check')).toBe(true);
	});

	it('chooses the data model alone without content, and is gone without both', async () => {
		const { press, find, tick, check, sent, sentence } = await openTree();
		await press('option-content');
		expect(find('filter-posts').exists()).toBe(false);
		expect(find('since').exists()).toBe(false);
		await tick('posts');
		expect(sentence()).toBe('3 of 4 collections');
		await check();
		expect(sent().selection.collections).toEqual(['about', 'authors', 'links']);
		await press('choose-parts');
		await press('part-schema');
		expect(find('choose-collections').exists()).toBe(false);
	});

	it('checks again quietly when the selection changes', async () => {
		vi.useFakeTimers();
		const { tick, check, disabled } = await openTree();
		await check();
		await tick('posts');
		expect(disabled('start')).toBe(true);
		api.post.mockResolvedValueOnce({ data: makeCheck() });
		await vi.advanceTimersByTimeAsync(QUIET_MS);
		expect(api.post.mock.lastCall?.[1].selection.collections).toEqual([
			'about',
			'authors',
			'links',
		]);
		expect(disabled('start')).toBe(false);
	});

	it('is as it was left when the user comes back', async () => {
		const first = await openTree();
		await first.tick('posts');
		first.page.unmount();
		const { ticks } = await openTree({ back: true });
		expect(ticks()[1]).toEqual(['posts', 'false']);
	});
});

describe('the rows', () => {
	it('are counted when the tree opens, not before', async () => {
		const form = await openForm(api);
		answerCounts();
		expect(form.find('choose-collections-sentence').text()).toBe('All 4 collections');
		await form.press('choose-collections');
		await flushPromises();
		expect(form.find('choose-collections-sentence').text()).toBe(
			'All 4 collections, all 400 rows',
		);
		expect(form.page.find('[data-collection="posts"]').text()).toContain('100 rows');
	});

	it('are filtered in Directus’ own editor, with a count before it applies', async () => {
		const { page, find, press, line, check, sent, sentence } = await openTree({ counted: true });
		expect(find('filter-about').exists()).toBe(false);
		await find('filter-posts').trigger('click');
		await flushPromises();
		const editor = page.findComponent(systemFilter);
		expect(editor.props()).toMatchObject({ collectionName: 'posts', value: null });
		expect(find('filter-rows').text()).toBe('100 rows');

		vi.useFakeTimers();
		api.post.mockResolvedValueOnce({ data: { rows: 37, total: 100 } });
		editor.vm.$emit('input', PUBLISHED);
		await vi.advanceTimersByTimeAsync(1_000);
		vi.useRealTimers();
		expect(api.post).toHaveBeenCalledWith('/migration/collections/count', {
			collection: 'posts',
			filter: PUBLISHED,
		});
		expect(find('filter-rows').text()).toBe('37 of 100 rows');
		await press('filter-apply');
		expect(find('filter-drawer').exists()).toBe(false);
		expect(document.activeElement).toBe(line('posts').element);
		expect(line('posts').text()).toContain('37 of 100 rows');
		expect(sentence()).toBe('All 4 collections, 337 of 400 rows');
		await check();
		expect(sent().selection).toEqual({ ...everything(), filters: { posts: PUBLISHED } });
	});

	it('say why Directus refuses a filter', async () => {
		const { page, find } = await openTree({ counted: true });
		await find('filter-posts').trigger('click');
		await flushPromises();
		vi.useFakeTimers();
		const message = 'The filter of posts was refused by Directus: no such field';
		api.post.mockRejectedValueOnce(answerOf(400, 'FILTER_REFUSED', message));
		page.findComponent(systemFilter).vm.$emit('input', PUBLISHED);
		await vi.advanceTimersByTimeAsync(1_000);
		expect(find('filter-rows').text()).toBe(message);
	});

	it('are said to be unknown where they cannot be counted, and counted when it opens again', async () => {
		const { find, press, sentence } = await openForm(api).then((form) => ({
			...form,
			sentence: () => form.find('choose-collections-sentence').text(),
		}));
		const others = api.get.getMockImplementation()!;
		const message = 'The source did not answer.';
		api.get.mockImplementation(async (path: string) => {
			if (path === '/migration/collections')
				throw answerOf(502, 'SOURCE_UNREACHABLE', message);
			return others(path);
		});
		await press('choose-collections');
		expect(find('rows-not-counted').exists()).toBe(true);
		expect(find('failure').text()).toContain(message);
		expect(sentence()).toBe('All 4 collections, rows not counted');
		await find('filter-posts').trigger('click');
		await flushPromises();
		expect(find('filter-rows').text()).toBe(message);

		answerCounts();
		await press('choose-collections');
		await press('choose-collections');
		expect(find('rows-not-counted').exists()).toBe(false);
		expect(sentence()).toBe('All 4 collections, all 400 rows');
	});

	it('of a filter that cannot be counted are said to be unknown, and asked for again', async () => {
		const { page, find, press, line, sentence } = await openTree({ counted: true });
		await find('filter-posts').trigger('click');
		await flushPromises();
		vi.useFakeTimers();
		const edit = async () => {
			page.findComponent(systemFilter).vm.$emit('input', PUBLISHED);
			await vi.advanceTimersByTimeAsync(1_000);
		};
		const message = 'The source did not answer.';
		api.post.mockRejectedValueOnce(answerOf(502, 'SOURCE_UNREACHABLE', message));
		await edit();
		api.post.mockRejectedValueOnce(answerOf(502, 'SOURCE_UNREACHABLE', message));
		await find('filter-apply').find('button').trigger('click');
		await vi.advanceTimersByTimeAsync(0);
		expect(line('posts').text()).toContain(message);
		expect(sentence()).toBe('All 4 collections, rows not counted');

		await find('filter-posts').trigger('click');
		await vi.advanceTimersByTimeAsync(0);
		api.post.mockResolvedValueOnce({ data: { rows: 37, total: 100 } });
		await edit();
		vi.useRealTimers();
		await press('filter-apply');
		expect(sentence()).toBe('All 4 collections, 337 of 400 rows');
	});

	it('can be those that changed since a date, or since the last run', async () => {
		const { press, find, check, sent, sentence } = await openTree();
		await press('since-date');
		expect(sentence()).not.toContain('changed');
		await find('since-day').setValue('2026-01-31');
		expect(sentence()).toContain('changed since');
		await check();
		expect(sent().selection.since).toBe('2026-01-31');
		await press('since-last');
		await check();
		expect(sent().selection.since).toBe('last');
		await press('since-all');
		await check();
		expect(sent().selection).toBeNull();
	});

});

describe('the parts', () => {
	it('are chosen below the options, which show when only some are in', async () => {
		const { find, press, check, sent, type } = await openForm(api);
		await type('http://destination', 'token');
		await press('choose-parts');
		await press('part-users');
		expect(find('option-users').attributes('aria-checked')).toBe('mixed');
		expect(find('invite').exists()).toBe(false);
		expect(find('choose-parts-sentence').text()).toBe('13 of 14 parts');
		await check();
		expect(sent().parts).toContain('roles');
		expect(sent().parts).not.toContain('users');
		expect(sent().options).toEqual(ALL_OPTIONS.filter((name) => name !== 'users'));

		await press('option-users');
		await check();
		expect(sent()).toMatchObject({ options: ALL_OPTIONS, parts: null });
	});
});

describe('a preset', () => {
	const selection = { ...everything(), collections: ['posts'], filters: { posts: PUBLISHED } };

	async function withPreset(changes: Parameters<typeof makePreset>[0]) {
		const presets = [makePreset({ references: 'bring', selection, ...changes })];
		const form = await openTree({ configuration: makeConfiguration({ presets }) });
		await form.choose(1);
		return form;
	}

	it('brings the selection, and offers Update when it changes', async () => {
		const { ticks, find, tick, press, sent } = await withPreset({});
		expect(ticks().map(([, state]) => state)).toEqual(['mixed', 'true', 'false', 'false']);
		expect(find('preset-update').exists()).toBe(false);
		await tick('authors');
		api.patch.mockResolvedValueOnce({ data: makePreset({}) });
		await press('preset-update');
		expect(sent('patch')).toMatchObject({
			selection: { ...selection, collections: ['authors', 'posts'] },
			parts: null,
			references: 'bring',
		});
	});

	it('says which collections are gone, and runs the rest', async () => {
		const { find, check, sent } = await withPreset({ gone: ['drafts', 'old'] });
		expect(find('selection-gone').text()).toBe(
			'This project no longer has drafts and old. The rest of the selection is migrated.',
		);
		expect(find('preset-update').exists()).toBe(false);
		await check();
		expect(sent().selection).toEqual(selection);
	});
});
