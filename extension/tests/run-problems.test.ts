// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Problem, Run } from '../src/contract';
import { countEach, groupProblems } from '../src/module/run/problem-groups';
import RunPage from '../src/module/run/run-page.vue';
import { PER_PAGE } from '../src/module/run/use-problems';
import { directusComponents } from './directus-components';
import { answerOf, counted, makeProblem, makeRun, RUN_ID } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

let page: VueWrapper;

const find = (name: string) => page.find(`[data-test="${name}"]`);
const asked = () =>
	api.get.mock.calls
		.filter(([path]) => path.endsWith('/problems'))
		.map(([, { params }]) => params.after);
const many = (count: number) =>
	Array.from({ length: count }, (_, index) => makeProblem({ key: `${index}` }));

/** The sidecar lists `listed` of the run's problems. */
async function open(listed: Problem[], changes: Partial<Run> = {}) {
	const run = makeRun({ status: 'completed_with_problems', ...counted(listed), ...changes });
	api.get.mockImplementation(async (path: string, { params = {} } = {}) => ({
		data: path.endsWith('/problems')
			? {
					problems: listed.slice(params.after, params.after + params.count),
					total: listed.length,
				}
			: run,
	}));
	page = mount(RunPage, { props: { id: RUN_ID }, global: { components: directusComponents } });
	await flushPromises();
}

async function openTab() {
	await find('tab-problems').trigger('click');
	await flushPromises();
}

beforeEach(() => api.get.mockReset());
afterEach(() => {
	page.unmount();
	vi.restoreAllMocks();
});

it('puts problems first and leads to those of one collection', async () => {
	const title = makeProblem({ key: '2', columns: ['title'], message: 'title differs' });
	const tag = makeProblem({ resource: 'tags', code: 'ABSENT', message: 'gone', columns: [] });
	await open([makeProblem(), title, tag]);
	expect(
		find('problem-summary')
			.findAll('li')
			.map((line) => line.text()),
	).toEqual(['2 Posts differ in slug, title', '1 row of Tags is missing at the destination']);
	expect(asked()).toEqual([]);
	await find('problem-link').trigger('click');
	await flushPromises();
	expect(find('tab-problems').attributes('aria-selected')).toBe('true');
	expect(page.findAll('[data-group]')).toHaveLength(1);
	await find('group-toggle').trigger('click');
	const links = page.findAll('[data-group] a').map((link) => link.attributes('href'));
	expect(links[1]).toBe('http://destination/admin/content/posts/1');
	await find('problem-search').setValue('title');
	expect(find('problem-count').text()).toBe('1 of 3 problems');
	expect(find('group-toggle').text()).toContain('1 row of Posts differs in title');
});

it('shows problems as text', async () => {
	await open([makeProblem({ message: '<img src=x>' })]);
	await openTab();
	expect(find('problems').text()).toContain('<img src=x>');
	expect(page.find('img').exists()).toBe(false);
});

it('counts all problems, and says which of them are not listed', async () => {
	const problem_groups = [
		{ resource: 'posts', code: 'CONFLICT', columns: ['slug'], count: 12_000, message: null },
		{ resource: 'posts', code: 'CONFLICT', columns: null, count: 345, message: null },
	];
	await open([makeProblem()], { problem_groups, problem_count: 12_345 });
	expect(find('problem-summary').text()).toBe('12,345 Posts differ in slug');
	await openTab();
	expect(find('problem-count').text()).toBe('12,345 problems');
	await find('group-toggle').trigger('click');
	expect(find('unlisted').text()).toContain('12,344 more are not listed');
});

it('loads the problems page by page, and writes all of them as CSV', async () => {
	const contents: Blob[] = [];
	vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
		contents.push(blob as Blob);
		return 'blob:csv';
	});
	vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
	await open(many(2 * PER_PAGE + 1));
	await openTab();
	expect(asked()).toEqual([0, PER_PAGE, 2 * PER_PAGE]);
	await find('problem-csv').find('button').trigger('click');
	expect((await contents[0]!.text()).trimEnd().split('\r\n')).toHaveLength(2 * PER_PAGE + 2);
});

it('says why problems cannot be shown, and asks again when told to', async () => {
	await open([makeProblem()]);
	const answer = api.get.getMockImplementation()!;
	api.get.mockRejectedValueOnce(answerOf(502, 'SIDECAR_UNREACHABLE', 'Not reached.'));
	await openTab();
	expect(find('problems').find('[data-test="failure"]').text()).toContain('Not reached.');
	expect(find('problem-csv').find('button').element.disabled).toBe(true);
	api.get.mockImplementation(answer);
	await find('problems').find('[data-test="failure"] button').trigger('click');
	await flushPromises();
	expect(find('problems').find('[data-test="failure"]').exists()).toBe(false);
	expect(page.findAll('[data-group] .key')).toHaveLength(1);
});

it.each([
	[{ resource: null, key: null, message: 'The destination is gone.' }, 'The destination is gone.'],
	[{ code: 'SCHEMA_REFUSED' }, 'Posts: the schema of slug was refused'],
	[{ code: 'SCHEMA_REFUSED', columns: [], message: 'Refused: x' }, 'Posts: Refused: x'],
	[{ code: 'MISSING_REFERENCE' }, '1 row of Posts lacks a required reference: slug'],
	[{ code: 'SOMETHING_NEW', message: 'It is new' }, 'Posts: It is new'],
	[{ code: 'ABSENT', columns: [] }, '1 row of Posts is missing at the destination'],
	[{ columns: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }, /differs in a, b, c, d, e, 2 more$/],
])('says %o as a title', (changes, title) => {
	const { problem_groups } = counted([makeProblem(changes)]);
	const groups = groupProblems(problem_groups, [], () => 'Posts');
	expect(groups[0]?.title).toMatch(title);
});

it.each([
	['ABSENT', '2 Posts are missing at the destination: a, b'],
	['CANNOT_HOLD', '2 Posts have a value that the destination cannot store: a, b'],
	['UNREADABLE_ROW', '2 Posts cannot be read: a, b'],
	['REFERENCES_NOT_INCLUDED', 'Posts: references in a, b are not included'],
	['SCHEMA_REFUSED', 'Posts: the schema of a, b was refused'],
	['STAYS_NULLABLE', 'Posts: a, b can still be null'],
	['UNREADABLE_FIELD', 'Posts: a, b cannot be read'],
	['SOMETHING_NEW', '2 Posts: something new'],
])('counts only rows as rows: %s', (code, title) => {
	const problems = ['a', 'b'].map((name) => makeProblem({ code, columns: [name], message: name }));
	expect(groupProblems(countEach(problems), [], () => 'Posts')[0]?.title).toBe(title);
});

it('finds a collection by the name that is shown, and a column', async () => {
	await open([makeProblem({ resource: 'directus_user_groups', message: 'It differs' })]);
	await openTab();
	for (const [words, count] of [
		['User groups', '1 problem'],
		['slug', '1 problem'],
		['title', '0 of 1 problem'],
	]) {
		await find('problem-search').setValue(words);
		expect(find('problem-count').text()).toBe(count);
	}
});
