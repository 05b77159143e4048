// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import HistoryPage from '../src/module/history/history-page.vue';
import { POLL_MS } from '../src/module/history/use-runs';
import type { RunSummary } from '../src/contract';
import { directusComponents } from './directus-components';
import { answerOf, makeOutcomes, makeRun } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
const push = vi.hoisted(() => vi.fn());
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push }) }));

let page: VueWrapper;

const find = (name: string) => page.find(`[data-test="${name}"]`);
const answer = (...runs: RunSummary[]) => api.get.mockResolvedValue({ data: { runs } });
const many = (count: number) =>
	Array.from({ length: count }, (_, index) => makeRun({ id: `${index}`, status: 'completed' }));

async function open() {
	page = mount(HistoryPage, { global: { components: directusComponents } });
	await flushPromises();
}

beforeEach(() => {
	vi.useFakeTimers();
	api.get.mockReset();
});

afterEach(() => {
	page.unmount();
	vi.useRealTimers();
});

it('lists state, kind, destination, who, how long and problems', async () => {
	answer(
		makeRun({
			status: 'completed_with_problems',
			dry_run: true,
			seconds: 75,
			problem_count: 2,
		}),
	);
	await open();
	const row = find('runs').find('[data-status="completed_with_problems"]');
	for (const text of [
		'Completed with problems',
		'Dry run',
		'http://destination',
		'Ada Lovelace',
		'1 min 15 s',
		'2 problems',
	]) {
		expect(row.text()).toContain(text);
	}
	expect(page.text()).toContain('kept for 30 days');
});

it('says that it is loading, and when there are none', async () => {
	answer();
	const opened = open();
	expect(find('history').text()).toContain('Loading');
	await opened;
	expect(find('history-empty').text()).toContain('No runs yet');
});

it('says that the sidecar is down and what to check, and comes back by itself', async () => {
	api.get.mockRejectedValueOnce(
		answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'),
	);
	await open();
	expect(find('failure').text()).toContain('MIGRATION_SIDECAR_URL');
	answer(makeRun({ status: 'completed' }));
	await vi.advanceTimersByTimeAsync(POLL_MS);
	expect(find('failure').exists()).toBe(false);
	expect(find('runs').exists()).toBe(true);
});

it('asks again while a run is under way, and no longer when the page is left', async () => {
	answer(makeRun());
	await open();
	answer(makeRun({ status: 'completed' }));
	await vi.advanceTimersByTimeAsync(POLL_MS);
	expect(find('runs').text()).toContain('Completed');
	await vi.advanceTimersByTimeAsync(60_000);
	expect(api.get).toHaveBeenCalledTimes(2);

	answer(makeRun());
	page.unmount();
	await open();
	page.unmount();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(api.get).toHaveBeenCalledTimes(3);
});

it('resumes a run that was interrupted and shows it, or says why it cannot', async () => {
	answer(
		makeRun({ id: 'broken', status: 'interrupted' }),
		makeRun({ id: 'whole', status: 'completed' }),
	);
	await open();
	expect(page.findAll('[data-test="resume"]')).toHaveLength(1);
	api.post.mockRejectedValueOnce(answerOf(409, 'DESTINATION_BUSY', 'Another run is under way.'));
	await find('resume').find('button').trigger('click');
	await flushPromises();
	expect(find('failure').text()).toContain('Another run is under way.');
	expect(push).not.toHaveBeenCalled();

	api.post.mockResolvedValueOnce({ data: makeRun() });
	await find('resume').find('button').trigger('click');
	await flushPromises();
	expect(api.post).toHaveBeenLastCalledWith('/migration/runs/broken/resume', undefined);
	expect(push).toHaveBeenCalledWith('/migration/runs/broken');
	expect(find('failure').exists()).toBe(false);
});

it('shows more, up to 500', async () => {
	api.get.mockImplementation(async (_: string, { params }: { params: { count: number } }) => ({
		data: { runs: many(params.count) },
	}));
	await open();
	const limits = [50];

	while (find('show-more').exists()) {
		await find('show-more').find('button').trigger('click');
		await flushPromises();
		limits.push(api.get.mock.lastCall?.[1].params.count);
	}

	expect(limits).toEqual([50, 100, 200, 400, 500]);
	expect(page.findAll('[data-run]')).toHaveLength(500);
	expect(find('history-limit').text()).toContain('The newest 500 runs are listed.');
});

it('does not offer more where there are none', async () => {
	answer(...many(49));
	await open();
	expect(find('show-more').exists()).toBe(false);
	expect(find('history-limit').exists()).toBe(false);
});

it('shows the result of each run in numbers', async () => {
	const { totals } = makeRun();
	answer(
		makeRun({
			id: 'real',
			status: 'completed',
			totals: {
				...totals,
				bytes: 2_500_000,
				rows: makeOutcomes({ created: 1_838, unchanged: 6, not_selected: 3 }),
			},
		}),
		makeRun({
			id: 'dry',
			dry_run: true,
			status: 'completed_with_problems',
			totals: { ...totals, rows: makeOutcomes({ created: 3, kept: 1, problem: 2 }) },
		}),
		makeRun({
			id: 'failed',
			status: 'failed',
			totals: { ...totals, created: 5, skipped: 2 },
		}),
	);
	await open();
	expect(page.findAll('[data-test="run-result"]').map((result) => result.text())).toEqual([
		'1,838 created, 6 unchanged, 3 left out, 2.5 MB',
		'3 to create, 1 kept, 2 with problems',
		'5 created, 2 already there',
	]);
});

it('filters by state, kind, destination and person', async () => {
	const run = (id: string, changes: Partial<RunSummary>) =>
		makeRun({ id, status: 'completed', ...changes });
	answer(
		run('1', { dry_run: true }),
		run('2', { status: 'failed' }),
		run('3', { destination_url: 'http://other' }),
		run('4', { user_name: 'Command line (root)' }),
	);
	await open();
	const ids = () => page.findAll('[data-run]').map((row) => row.attributes('data-run'));
	for (const [name, value, left] of [
		['filter-kind', 'dry', ['1']],
		['filter-status', 'failed', ['2']],
		['filter-destination', 'http://other', ['3']],
		['filter-person', 'Command line (root)', ['4']],
	] as const) {
		await find(name).setValue(value);
		expect(ids()).toEqual(left);
		await find(name).setValue('');
	}

	expect(ids()).toHaveLength(4);
	await find('filter-status').setValue('failed');
	await find('filter-kind').setValue('dry');
	expect(page.text()).toContain('No run matches.');
});

it('looks through all runs once a filter is set', async () => {
	api.get.mockImplementation(async (_: string, { params }: { params: { count: number } }) => ({
		data: { runs: many(params.count) },
	}));
	await open();
	await find('filter-kind').setValue('real');
	await flushPromises();
	expect(api.get.mock.lastCall?.[1].params.count).toBe(500);
});
