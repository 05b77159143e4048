// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import RunChanges from '../src/module/run/changes/run-changes.vue';
import type { ChangedRow, Changes, ExistingChoices, KindCounts } from '../src/contract';
import { directusComponents } from './directus-components';
import { answerOf, makeField, makeRun, RUN_ID } from './fixtures';
import { openRunPage } from './run-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

const UPDATES: ExistingChoices = {
	existing: { mode: 'update', collections: {} },
	conflicts: 'ask',
	overwrite_settings: [],
};
const ROWS = `/migration/runs/${RUN_ID}/changes/rows`;

enableAutoUnmount(afterEach);
beforeEach(() => vi.resetAllMocks());

function counts(changes: Partial<KindCounts>): KindCounts {
	return { new: 0, changed: 0, unchanged: 0, only_at_destination: 0, conflict: 0, ...changes };
}

function changed(changes: Partial<ChangedRow> = {}): ChangedRow {
	return {
		id: 1,
		kind: 'changed',
		key: '7',
		label: 'A title',
		changed_by: null,
		fields: [makeField({ before: 'An old title', after: 'A title' })],
		...changes,
	};
}

function changesOf(
	collections: Record<string, Partial<KindCounts>>,
	baseline: boolean | null = true,
): Changes {
	return {
		collections: Object.entries(collections).map(([collection, some]) => ({
			collection,
			kind_counts: counts(some),
			listed: counts(some),
		})),
		baseline,
	};
}

/** What the sidecar answers: the numbers, and rows by their kind. */
function answer(changes: Changes | Error, rows: Record<string, ChangedRow[]> = {}, file?: object) {
	api.get.mockImplementation(async (path: string, { params }: { params: any }) => {
		if (path.startsWith('/files/')) return { data: { data: file } };
		if (path === ROWS) {
			const from = rows[params.kind]!.filter(({ id }) => id > params.after);
			const page = from.slice(0, params.count);
			return { data: { rows: page, next: page.length < from.length ? page.at(-1)!.id : null } };
		}
		if (changes instanceof Error) throw changes;
		return { data: changes };
	});
}

async function open(run: Parameters<typeof makeRun>[0] = {}, shown = true) {
	const page = mount(RunChanges, {
		attachTo: document.body,
		props: { run: makeRun({ status: 'completed', dry_run: true, ...UPDATES, ...run }), shown },
		global: { components: directusComponents },
	});
	await flushPromises();
	const find = (name: string) => page.find<HTMLElement>(`[data-test="${name}"]`);

	async function press(name: string, at = 0) {
		const found = page.findAll<HTMLElement>(`[data-test="${name}"]`)[at]!;
		const inner = found.find('button');
		await (inner.exists() ? inner : found).trigger('click');
		await flushPromises();
	}

	return { page, find, press };
}

async function openRow(row: Partial<ChangedRow>, { file, ...run }: any = {}) {
	const one = changed(row);
	answer(changesOf({ [run.collection ?? 'posts']: { [one.kind]: 1 } }), { [one.kind]: [one] }, file);
	const section = await open(run);
	await section.press('change-collection');
	await section.press('change-row');
	return section;
}

describe('the changes of a run', () => {
	it('are counted by kind and collection, with a sign and in words', async () => {
		answer(changesOf({ posts: { new: 1_200, conflict: 1 }, tags: { unchanged: 9 } }));
		const { page, find } = await open();
		const sums = page.findAll('[data-test="change-sums"] .count').map((count) => count.text());
		expect(sums).toEqual(['! 1 conflict', '+ 1,200 new', '= 9 unchanged']);
		expect(page.findAll('[data-collection]')).toHaveLength(1);
		expect(find('without-changes').text()).toBe('1 collection has no changes.');
		expect(api.get).toHaveBeenCalledTimes(1);
	});

	it('are loaded when they are first shown', async () => {
		answer(changesOf({}));
		const { page, find } = await open({}, false);
		expect(api.get).not.toHaveBeenCalled();
		await page.setProps({ shown: true });
		await flushPromises();
		expect(find('changes').text()).toContain('Nothing would change.');
	});

	it('are filtered by kind', async () => {
		answer(changesOf({ posts: { new: 2, unchanged: 3 }, tags: { unchanged: 9 } }), {
			unchanged: [changed({ kind: 'unchanged', fields: null })],
			new: [],
		});
		const { page, find, press } = await open();
		const options = find('change-filter').findAll('option').map((option) => option.text());
		expect(options).toEqual(['All changes', 'New (2)', 'Unchanged (12)']);
		await find('change-filter').setValue('unchanged');
		expect(page.findAll('[data-collection]')).toHaveLength(2);
		await press('change-collection');
		expect(page.findAll('[data-kind]').map((one) => one.attributes('data-kind'))).toEqual([
			'unchanged',
		]);
	});

	it.each([
		['RUN_CHANGES_MISSING', 'changes-missing'],
		['SIDECAR_UNREACHABLE', 'failure'],
	])('that cannot be had say why: %s', async (code, where) => {
		answer(answerOf(404, code, 'Start a dry run to see changes.'));
		const { find } = await open();
		expect(find(where).text()).toContain('Start a dry run to see changes.');
	});

	it('say that there is no earlier run to tell conflicts by, where rows are updated', async () => {
		answer(changesOf({ posts: { changed: 1 } }, false));
		expect((await open()).find('no-baseline').exists()).toBe(true);
		const skips = await open({ existing: { mode: 'skip', collections: {} } });
		expect(skips.find('no-baseline').exists()).toBe(false);
	});

	it('are downloaded by the browser itself', async () => {
		answer(changesOf({ posts: { new: 1 } }));
		const links: string[] = [];
		const click = vi
			.spyOn(HTMLAnchorElement.prototype, 'click')
			.mockImplementation(function (this: HTMLAnchorElement) {
				links.push(`${new URL(this.href).pathname}${new URL(this.href).search}`);
			});
		const { press } = await open();
		await press('changes-html');
		await press('changes-json');
		click.mockRestore();
		expect(links.map((link) => link.split('/migration')[1])).toEqual([
			`/runs/${RUN_ID}/changes/download?format=html`,
			`/runs/${RUN_ID}/changes/download?format=json`,
		]);
	});
});

describe('a run that does exactly this', () => {
	it('is started after a dry run that has ended', async () => {
		answer(changesOf({ posts: { new: 1 } }));
		const { find, press } = await open({ token_from: 'environment' });
		await press('run-exactly');
		expect(find('again-dialog').text()).toContain('exactly what this dry run lists');
		api.post.mockResolvedValueOnce({ data: makeRun({ id: 'real' }) });
		await find('again-dialog').find('form').trigger('submit');
		await flushPromises();
		expect(api.post).toHaveBeenCalledWith(
			'/migration/runs',
			expect.objectContaining({ ...UPDATES, plan: RUN_ID, dry_run: false }),
		);
	});

	it.each([{ dry_run: false }, { status: 'failed' }] as const)(
		'is not offered for %o',
		async (run) => {
			answer(changesOf({ posts: { new: 1 } }));
			const { find } = await open(run);
			expect(find('run-exactly').exists()).toBe(false);
		},
	);
});

describe('the rows of a collection', () => {
	it('come page by page', async () => {
		const rows = Array.from({ length: 220 }, (_, at) => changed({ id: at + 1, key: `${at}` }));
		answer(changesOf({ posts: { changed: 220 } }), { changed: rows });
		const { page, find, press } = await open();
		await press('change-collection');
		expect(page.findAll('[data-key]')).toHaveLength(100);
		expect(page.find('.more').text()).toContain('100 of 220');
		await press('more-changes');
		await press('more-changes');
		expect(page.findAll('[data-key]')).toHaveLength(220);
		expect(find('more-changes').exists()).toBe(false);
		expect(api.get).toHaveBeenLastCalledWith(ROWS, {
			params: { collection: 'posts', kind: 'changed', after: 200, count: 100 },
		});
	});

	it('tell how many are not listed', async () => {
		const changes = changesOf({ posts: { new: 12_000 } });
		changes.collections[0]!.listed.new = 10_000;
		answer(changes, { new: [changed({ kind: 'new' })] });
		const { find, press } = await open();
		await press('change-collection');
		expect(find('changes-unlisted').text()).toBe('2,000 more are counted but not listed.');
	});

	it('can be asked for again', async () => {
		answer(changesOf({ posts: { changed: 1 } }), { changed: [changed()] });
		const { page, find, press } = await open();
		api.get.mockRejectedValueOnce(answerOf(502, 'SIDECAR_UNREACHABLE', 'Not reached.'));
		await press('change-collection');
		expect(find('failure').text()).toContain('Not reached.');
		await press('more-changes');
		expect(page.findAll('[data-key]')).toHaveLength(1);
	});

	it.each([
		['conflict', UPDATES, "The destination's rows stay."],
		['conflict', { ...UPDATES, conflicts: 'source' }, "The source's values win."],
		['changed', { existing: { mode: 'skip', collections: {} } }, 'Existing rows are skipped'],
		['only_at_destination', UPDATES, 'These rows stay.'],
	] as const)('say what happens to them: %s', async (kind, run, words) => {
		answer(changesOf({ posts: { [kind]: 1 } }), { [kind]: [changed({ kind })] });
		const { find, press } = await open(run as object);
		await press('change-collection');
		expect(find('change-fate').text()).toContain(words);
	});
});

describe('a row', () => {
	it('has its label, its key, and what differs; at a press both values', async () => {
		const { page } = await openRow({ changed_by: 'source' });
		const head = page.find('[data-test="change-row"]');
		expect(head.text()).toContain('A title');
		expect(head.find('.key').text()).toBe('7');
		expect(head.find('.differing').text()).toBe('title');
		const side = (name: string) => page.find(`[data-side="${name}"]`);
		expect(side('before').text()).toContain('Old');
		expect(side('before').findAll('del').map((one) => one.text())).toEqual([
			'removed: An',
			'removed: old',
		]);
		expect(side('after').find('ins').text()).toBe('added: A');
		expect(page.find('[data-test="change-fields"]').text()).toContain('Changed at the source');
		expect(page.findAll('.links a').map((link) => link.attributes('href'))).toEqual([
			expect.stringContaining('/admin/content/posts/7'),
			'http://destination/admin/content/posts/7',
		]);
	});

	it('that stays as it is names the sides', async () => {
		const { page } = await openRow({ kind: 'conflict', label: null });
		expect(page.find('[data-key] .label').text()).toBe('7');
		expect(page.find('.key').exists()).toBe(false);
		expect(page.findAll('.side-name').map((name) => name.text())).toEqual([
			'Destination',
			'Source',
		]);
	});

	it('that is new has only its new values, unmarked', async () => {
		const { page } = await openRow({ kind: 'new' });
		expect(page.find('[data-side="before"]').exists()).toBe(false);
		expect(page.find('[data-side="after"]').text()).toBe('A title');
		expect(page.find('ins').exists()).toBe(false);
		expect(page.findAll('.links a')).toHaveLength(1);
	});

	it('never becomes markup', async () => {
		const text = '<img src=x onerror=alert(1)>';
		const { page } = await openRow({
			label: text,
			fields: [makeField({ type: 'text', after: text })],
		});
		expect(page.find('img').exists()).toBe(false);
		expect(page.find('[data-side="before"]').text()).toContain('No value');
		expect(page.find('[data-side="after"]').text()).toContain(text);
	});

	it('shows JSON by lines, and all of them on demand', async () => {
		const before = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`key_${at}`, at]));
		const after = { ...before, key_20: 'new' };
		const fields = [makeField({ type: 'json', before, after })];
		const { page } = await openRow({ fields });
		const pair = page.find('.block.changed');
		expect(pair.findAll('code').map((line) => line.text())).toEqual([
			'"key_20": 20,',
			'"key_20": "new",',
		]);
		expect(pair.text()).toContain('removed:');
		expect(page.findAll('.line.before').length).toBeLessThan(10);
		await page.find('.expand').trigger('click');
		expect(page.findAll('.line.before')).toHaveLength(42);
	});

	it('shows the image of a file at the source, and only the id of another one', async () => {
		const fields = [makeField({ type: 'file', before: 'old-id', after: 'new-id' })];
		const file = { title: 'A house', filename_download: 'house.jpg', type: 'image/jpeg' };
		const { page } = await openRow({ fields }, { file });
		const after = page.find('[data-side="after"]');
		expect(after.text()).toContain('A house');
		expect(after.find('img').attributes('src')).toContain(
			'/assets/new-id?key=system-small-cover',
		);
		expect(page.find('[data-side="before"]').text()).toContain('old-id');
		expect(page.find('[data-side="before"]').find('img').exists()).toBe(false);
	});

	it('of a file shows it, if it is an image', async () => {
		const open = async (type: string) => {
			const file = { title: null, filename_download: 'some', type };
			const { page } = await openRow({ key: 'id' }, { collection: 'directus_files', file });
			return page.find('img').exists();
		};
		expect(await open('image/png')).toBe(true);
		expect(await open('video/mp4')).toBe(false);
	});

	it('says when its values are not in the list, or not whole', async () => {
		const none = await openRow({ fields: null });
		expect(none.find('change-fields').text()).toContain('The list has no values of this row');
		const field = makeField({ type: 'text', before: 'a', after: 'b', cut: true });
		const { find } = await openRow({ fields: [field] });
		expect(find('change-fields').text()).toContain('The list has a part of them');
	});
});

describe('the page of a run', () => {
	const run = { resources: [], status: 'completed' as const };

	async function openCollections(changes: Parameters<typeof makeRun>[0]) {
		api.get.mockImplementation(async (path: string) => ({
			data: path.endsWith('/changes') ? changesOf({}) : makeRun({ ...run, ...changes }),
		}));
		const page = await openRunPage();
		await page.find('[data-test="tab-collections"]').trigger('click');
		await flushPromises();
		return page;
	}

	it('shows what would change before the numbers, and what has changed after them', async () => {
		const titles = async (dry_run: boolean) =>
			(await openCollections({ dry_run }))
				.findAll('#panel-collections [role="heading"]')
				.map((title) => title.text());
		expect(await titles(true)).toEqual(['Changes', 'Numbers']);
		expect(await titles(false)).toEqual(['Numbers', 'Changes']);
	});

	it('shows no changes of a run that goes on', async () => {
		const page = await openCollections({ dry_run: true, status: 'running' });
		expect(page.find('[data-test="changes"]').exists()).toBe(false);
	});
});
