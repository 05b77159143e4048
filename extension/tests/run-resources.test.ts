// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { beforeEach, expect, it, vi } from 'vitest';
import RunTotals from '../src/module/run/run-totals.vue';
import RunResources from '../src/module/run/run-resources.vue';
import { columnsOf, numbersOf, partsOf } from '../src/module/run/numbers';
import type { Resource } from '../src/contract';
import { directusComponents } from './directus-components';
import { answerOf, makeOutcomes, makeResource, RUN_ID } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));

let table: VueWrapper;

const find = (name: string) => table.find(`[data-test="${name}"]`);
const cells = (row: string) =>
	table.findAll(`[data-resource="${row}"] td[data-column]`).map((cell) => cell.text());

function show(resources: Resource[], dryRun = false, more = {}) {
	const props = { runId: RUN_ID, resources, dryRun, ...more };
	table = mount(RunResources, { props, global: { components: directusComponents } });
}

async function openEvidence(resource: Partial<Resource>) {
	show([makeResource(resource)]);
	await find('evidence-toggle').trigger('click');
	await flushPromises();
}

function page(from: number, count: number, total: number) {
	const checksums = Array.from({ length: count }, (_, index) => ({
		id: String(from + index),
		name: `<b>${from + index}</b>.jpg`,
		size: 1_000,
		sha256: 'c'.repeat(64),
	}));
	return { data: { checksums, cursor: from + count, total } };
}

beforeEach(() => api.get.mockReset());

const headings = () =>
	table
		.findAll('thead th')
		.map((heading) => heading.text())
		.slice(1);

it('shows what would become of each row in a dry run, without evidence', () => {
	show([makeResource({ rows: makeOutcomes({ created: 3, unchanged: 1, problem: 2 }) })], true);
	expect(headings()).toEqual(['Source', 'To create', 'Unchanged', 'With problems']);
	expect(cells('posts')).toEqual(['6', '3', '1', '2']);
	expect(find('evidence-toggle').exists()).toBe(false);
});

it('shows each row of the source once, and what was verified of them, also in total', () => {
	const rows = makeOutcomes({ created: 2, updated: 1, kept: 1, problem: 1, not_selected: 1 });
	const posts = makeResource({ rows, problems: 1, verified: 3 });
	const authors = makeResource({
		name: 'authors',
		source: 1_002,
		rows: makeOutcomes({ unchanged: 1_002 }),
		verified: 1_002,
	});
	show([posts, authors]);
	expect(headings().slice(0, -1)).toEqual([
		'Source',
		'Created',
		'Updated',
		'Unchanged',
		'Kept',
		'Left out',
		'With problems',
		'Verified',
	]);
	expect(cells('posts')).toEqual(['6', '2', '1', '0', '1', '1', '1', '3 of 6']);
	const totals = { resources: [posts, authors], dryRun: false, active: false };
	table = mount(RunTotals, { props: totals, global: { components: directusComponents } });
	expect(
		find('totals')
			.findAll('dd')
			.map((number) => number.text()),
	).toEqual(['1,008', '2', '1', '1,002', '1', '1', '1', '1,005 of 1,008']);
});

it('shows conflicts and rows that only the destination has where there are any', () => {
	const rows = makeOutcomes({ created: 5, problem: 1 });
	const posts = makeResource({ rows, problems: 1, conflicts: 1, only_at_destination: 3 });
	const part = makeResource({ name: 'tags', only_at_destination: null });
	show([posts, part], true);
	expect(headings().slice(-2)).toEqual(['Conflicts', 'Only at destination']);
	expect(cells('posts').slice(-2)).toEqual(['1', '3']);
	expect(cells('tags').slice(-2)).toEqual(['0', '–']);
	const bar = partsOf(numbersOf(posts), columnsOf([posts], { dryRun: true }));
	expect(bar.map(({ key }) => key)).toEqual(['created', 'problem']);
	show([part], true);
	expect(headings()).not.toContain('Only at destination');
});

it('shows runs of earlier versions, which have neither', () => {
	const { updated, conflicts, only_at_destination, ...posts } = makeResource({ create: 6 });
	show([posts as Resource], true);
	expect(cells('posts')).toEqual(['6', '6', '0', '0']);
});

it('says which rows are not settled while the run goes on, and which it did not reach', () => {
	const posts = makeResource({ created: 2, skipped: 1, failed: 1 });
	show([posts], false, { active: true });
	expect(headings().slice(0, -2)).toEqual([
		'Source',
		'Created',
		'Already there',
		'With problems',
		'Remaining',
	]);
	expect(cells('posts')).toEqual(['6', '2', '1', '1', '2', '0 of 6']);
	show([posts]);
	expect(headings()).toContain('Not reached');
	show([makeResource({ create: 4, unchanged: 2 })], true);
	expect(cells('posts')).toEqual(['6', '4', '2', '0']);
});

it('draws a bar that is as long as the source, with what was not handled yet empty', () => {
	const draw = (resource: Resource) =>
		partsOf(numbersOf(resource), columnsOf([resource], { dryRun: false })).map(
			({ key, percent }) => [key, percent],
		);
	expect(draw(makeResource({ source: 8, created: 4, skipped: 2 }))).toEqual([
		['created', 50],
		['present', 25],
	]);
	expect(draw(makeResource({ source: 0 }))).toEqual([]);
});

it('folds away what the source has no rows of, but not its problems', async () => {
	const tags = makeResource({ name: 'tags', source: 0 });
	show([makeResource(), tags, makeResource({ name: 'ghosts', source: 0, problems: 1 })]);
	const names = () => table.findAll('tbody').map((body) => body.attributes('data-resource'));
	expect(names()).toEqual(['ghosts', 'posts']);
	expect(find('show-empty').text()).toContain('Show 1 empty collection');
	await find('show-empty').trigger('click');
	expect(names()).toEqual(['ghosts', 'posts', 'tags']);
});

it('folds away what is finished while the run goes on, and keeps what has problems', async () => {
	const done = makeResource({ name: 'tags', created: 6 });
	const failing = makeResource({ name: 'ghosts', created: 5, problems: 1 });
	show([done, makeResource(), failing], false, { active: true, current: 'posts' });
	const names = () => table.findAll('tbody').map((body) => body.attributes('data-resource'));
	expect(names()).toEqual(['ghosts', 'posts']);
	await find('show-finished').trigger('click');
	expect(names()).toEqual(['ghosts', 'tags', 'posts']);
});

it('names collections as people know them, and finds them by both names', async () => {
	show([makeResource({ name: 'directus_files' }), makeResource({ name: 'order_lines' })]);
	expect(table.find('[data-resource="directus_files"] th').text()).toContain('Files');
	expect(table.find('[data-resource="directus_files"] .table-name').text()).toBe(
		'directus_files',
	);
	await find('resource-search').setValue('files');
	expect(table.findAll('tbody')).toHaveLength(1);
	await find('resource-search').setValue('order_');
	expect(table.findAll('tbody')[0]?.attributes('data-resource')).toBe('order_lines');
});

it('sorts by name, rows or problems', async () => {
	const authors = makeResource({ name: 'authors', source: 2 });
	const tags = makeResource({ name: 'tags', source: 9, problems: 3 });
	show([makeResource({ problems: 1 }), tags, authors]);
	const names = () => table.findAll('tbody').map((body) => body.attributes('data-resource'));
	await find('resource-sort').setValue('name');
	expect(names()).toEqual(['authors', 'posts', 'tags']);
	await find('resource-sort').setValue('problems');
	expect(names()).toEqual(['tags', 'posts', 'authors']);
});

it('leads from the number of problems to the problems', async () => {
	const rows = makeOutcomes({ created: 5, problem: 1 });
	show([makeResource({ rows, problems: 1 }), makeResource({ name: 'tags', created: 6 })]);
	expect(table.findAll('[data-test="show-problems"]')).toHaveLength(1);
	expect(find('show-problems').text()).toBe('1');
	await find('show-problems').trigger('click');
	expect(table.emitted('problems')).toEqual([['posts']]);
});

it('leads to problems that concern no row, too', () => {
	show([makeResource({ rows: makeOutcomes({ created: 6 }), problems: 2 })]);
	expect(find('show-problems').text()).toBe('2 problems');
});

it('shows the evidence behind a click', async () => {
	show([
		makeResource({
			verified: 6,
			compared: 6,
			source_digest: 'a'.repeat(64),
			destination_digest: 'a'.repeat(64),
		}),
	]);
	expect(find('evidence').exists()).toBe(false);
	expect(find('evidence-toggle').attributes('aria-expanded')).toBe('false');
	await find('evidence-toggle').trigger('click');
	expect(find('evidence-toggle').attributes('aria-expanded')).toBe('true');
	expect(find('evidence').text()).toContain('6 rows were read back');
	expect(find('source-digest').text()).toBe('a'.repeat(64));
	expect(find('digest-verdict').text()).toBe('They are the same.');
	expect(find('evidence').find('[data-column="different"]').text()).toBe('0');
});

it('says that the digests differ', async () => {
	await openEvidence({ compared: 6, source_digest: 'a', destination_digest: 'b', different: 1 });
	expect(find('digest-verdict').text()).toBe('They differ.');
	expect(find('evidence').find('[data-column="different"]').text()).toBe('1');
});

it('says what was compared by its meaning', async () => {
	await openEvidence({ compared: 6, source_digest: 'a', destination_digest: 'a' });
	expect(find('comparison').exists()).toBe(false);
	await openEvidence({
		comparison: 'by meaning',
		compared_by: ['moments to the second', 'numbers by their value'],
	});
	expect(find('comparison').text()).toContain('compared by meaning');
	expect(find('evidence').text()).toContain('moments to the second');
});

it('says what was compared without a digest', async () => {
	await openEvidence({ name: 'directus_settings', verified: 5 });
	expect(find('evidence').text()).toContain('compared one by one');
	expect(find('digest-verdict').exists()).toBe(false);
});

it('says that nothing was compared', async () => {
	await openEvidence({});
	expect(find('evidence').text()).toContain('Nothing was compared yet.');
	expect(find('digest-verdict').exists()).toBe(false);
});

it('shows the checksums of transferred files page by page, as text', async () => {
	api.get.mockResolvedValueOnce(page(0, 2, 3));
	await openEvidence({ name: 'directus_files' });
	expect(api.get).toHaveBeenLastCalledWith(`/migration/runs/${RUN_ID}/checksums`, {
		params: { after: 0 },
	});
	expect(find('checksums').text()).toContain('2 of 3');
	expect(find('checksums').text()).toContain('<b>0</b>.jpg');
	api.get.mockResolvedValueOnce(page(2, 1, 3));
	await find('more-checksums').find('button').trigger('click');
	await flushPromises();
	expect(api.get.mock.lastCall?.[1].params.after).toBe(2);
	expect(find('checksums').findAll('[data-file]')).toHaveLength(3);
	expect(find('more-checksums').exists()).toBe(false);
});

it('says why the checksums cannot be shown, and asks again when told to', async () => {
	api.get.mockRejectedValueOnce(
		answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'),
	);
	await openEvidence({ name: 'directus_files' });
	expect(find('checksums').text()).toContain('The sidecar cannot be reached.');
	api.get.mockResolvedValueOnce(page(0, 0, 0));
	await find('more-checksums').find('button').trigger('click');
	await flushPromises();
	expect(find('checksums').text()).toBe('No file was transferred in this run.');
});
