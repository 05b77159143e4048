// @vitest-environment happy-dom
import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import type { Run } from '../src/contract';
import { answerOf, counted, makeProblem, makeResource, makeRun } from './fixtures';
import { mountRunPage, openRunPage } from './run-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

let page: VueWrapper;

const find = (name: string) => page.find(`[data-test="${name}"]`);

async function show(run: Run) {
	api.get.mockResolvedValue({ data: run });
	page = await openRunPage();
}

afterEach(() => page.unmount());

it('says that it is loading', () => {
	api.get.mockReturnValue(new Promise(() => {}));
	page = mountRunPage();
	expect(page.text()).toContain('Loading the run');
});

it('says that a run does not exist', async () => {
	api.get.mockRejectedValue(answerOf(404, 'RUN_NOT_FOUND', 'There is no such run.'));
	page = await openRunPage();
	expect(find('not-found').exists()).toBe(true);
});

it('says that the sidecar is down, what to check and that it keeps trying', async () => {
	api.get.mockRejectedValue(
		answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'),
	);
	page = await openRunPage();
	expect(find('failure').text()).toContain('The sidecar cannot be reached.');
	expect(find('failure').text()).toContain('Check that `sidecar web` is running');
	expect(find('failure').text()).toContain('keeps trying');
});

it('offers Cancel while the run is under way only', async () => {
	await show(makeRun());
	expect(find('run-status').attributes('data-status')).toBe('running');
	api.post.mockResolvedValueOnce({ data: makeRun() });
	await find('cancel').find('button').trigger('click');
	expect(find('cancel').find('button').element.disabled).toBe(true);
	page.unmount();
	await show(makeRun({ status: 'cancelled' }));
	expect(find('cancel').exists()).toBe(false);
});

it('says why Resume was refused, beside its button', async () => {
	await show(makeRun({ status: 'interrupted' }));
	api.post.mockRejectedValueOnce(answerOf(409, 'DESTINATION_BUSY', 'Another run is under way.'));
	await find('resume').find('button').trigger('click');
	await flushPromises();
	expect(find('failure').text()).toContain('Another run is under way.');
	expect(find('resume').find('button').element.disabled).toBe(false);
});

it('shows what cannot travel', async () => {
	const message = 'modified_on: set by Directus on every write';
	await show(
		makeRun({
			notes: [
				{
					resource: 'directus_files',
					code: 'CANNOT_TRAVEL',
					column: 'modified_on',
					message,
					count: 3,
				},
			],
		}),
	);
	expect(find('notes').text()).toContain(`Files – ${message} (3 rows)`);
});

it('shows the stages, what is worked at, the speed and the time left while it runs', async () => {
	const stages: Run['stages'] = [
		{ name: 'plan', status: 'done', done: 0, total: 0, seconds: 0 },
		{ name: 'apply', status: 'running', done: 300, total: 600, seconds: 0 },
		{ name: 'verify', status: 'pending', done: 0, total: 0, seconds: 0 },
	];
	const rates = { rows_per_second: 10, bytes_per_second: 2_500_000 };
	const totals = { ...makeRun().totals, bytes: 2_500_000, bytes_total: 10_000_000 };
	await show(makeRun({ stages, rates, totals, current: 'posts' }));
	expect(find('run-current').text()).toBe('Posts');
	expect(find('run-percent').text()).toBe('25 %');
	expect(find('run-amount').text()).toBe(
		'Apply: 300 of 600 rows and files, 2.5 MB of 10 MB',
	);
	expect(find('run-time').element.previousElementSibling?.textContent).toBe('Elapsed');
	expect(find('run-speed').text()).toBe('10 rows/s, 2.5 MB/s');
	expect(find('run-left').text()).toBe('about 2 min');
	const apply = find('stages').find('[data-stage="apply"]');
	expect(apply.find('[role="progressbar"]').attributes('aria-valuenow')).toBe('50');
	expect(apply.text()).toContain('300 of 600');
	expect(find('announcement').text()).toBe('Apply running');
});

it('somebody who cancels or resumes the run of another person is named', async () => {
	await show(makeRun({ cancelled_by: 'Grace <b>Hopper</b>', resumed_by: 'Alan Turing' }));
	expect(find('run-cancelled-by').text()).toBe('Grace <b>Hopper</b>');
	expect(find('run-resumed-by').text()).toBe('Alan Turing');
});

it('shows which side does not respond instead of a speed and the time left', async () => {
	const message = 'Destination not responding – retrying (3rd try, up to 5 min)';
	await show(
		makeRun({
			stages: [{ name: 'apply', status: 'running', done: 300, total: 600, seconds: 0 }],
			waiting: [{ side: 'destination', tries: 3, message }],
		}),
	);
	expect(find('run-waiting').text()).toBe(message);
	expect(find('run-speed').exists()).toBe(false);
	expect(find('run-left').exists()).toBe(false);
	page.unmount();
	await show(makeRun());
	expect(find('run-waiting').exists()).toBe(false);
	expect(find('run-speed').exists()).toBe(true);
});

it('shows how fast the destination is asked, and what holds it back', async () => {
	const source = { concurrency: 2, requests_per_second: 1, held_back: 'RATE_LIMIT' } as const;
	const destination = {
		concurrency: 4,
		requests_per_second: 38.5,
		held_back: 'ASKED_TO_WAIT',
	} as const;
	await show(makeRun({ pace: { source, destination } }));
	expect(find('run-pace').text()).toBe('39 requests/s, 4 in parallel');
	expect(find('run-held-back').text()).toMatch(
		/^destination asked to wait a moment; source rate limit/,
	);
	page.unmount();
	await show(makeRun({ pace: { destination: { ...destination, held_back: null } } }));
	expect(find('run-held-back').exists()).toBe(false);
});

it('announces the end, and shows no speed any more', async () => {
	await show(
		makeRun({ status: 'completed', rates: { rows_per_second: 10, bytes_per_second: 0 } }),
	);
	expect(find('announcement').attributes('aria-live')).toBe('polite');
	expect(find('announcement').text()).toBe('Completed');
	expect(find('run-speed').exists()).toBe(false);
});

it('says how a run ended', async () => {
	await show(makeRun({ status: 'completed' }));
	expect(find('run-outcome').text()).toBe('Everything arrived and was verified.');
	page.unmount();
	const summary = 'Of 6 rows at the source, 5 created, 1 kept as at the destination.';
	await show(makeRun({ status: 'completed', summary }));
	expect(find('run-outcome').text()).toBe(summary);
	page.unmount();
	await show(makeRun({ status: 'completed', as_shown: true }));
	expect(find('run-outcome').text()).toMatch(/^Everything that Directus shows arrived/);
	page.unmount();
	await show(makeRun({ status: 'completed', dry_run: true }));
	expect(find('run-outcome').text()).toContain('Nothing was written.');
	page.unmount();
	await show(makeRun({ status: 'failed' }));
	expect(page.text()).toContain('continues where it left off');
});

it('shows why a run was refused', async () => {
	await show(makeRun({ status: 'refused', message: 'The destination is older than 11.1.2.' }));
	expect(find('run-message').text()).toBe('The destination is older than 11.1.2.');
	expect(find('run-outcome').text()).toContain('Nothing was written');
});

it('names what a dry run was refused for', async () => {
	const message = '186 references in author';
	const columns = ['author'];
	const code = 'REFERENCES_NOT_INCLUDED';
	const problem = makeProblem({ key: null, code, message, columns });
	const refusal = '186 references would be left empty. Include users.';
	const end = makeProblem({ resource: null, key: null, code, message: refusal, columns: [] });
	await show(
		makeRun({
			status: 'refused',
			dry_run: true,
			attempt: 2,
			message: refusal,
			...counted([problem, end]),
		}),
	);
	expect(find('run-outcome').text()).toBe(
		'2 problems are listed under Problems. Nothing was written to the destination.',
	);
	// The state says the refusal.
	expect(find('run-message').text()).toBe(refusal);
	expect(find('problem-summary').text()).toBe(
		'Posts: references in author are not included',
	);
});

it('says that only the first problems are listed', async () => {
	await show(makeRun({ status: 'completed_with_problems', problem_count: 12_345 }));
	expect(find('run-outcome').text()).toBe(
		'12,345 problems were found. The first 10,000 are listed under Problems.',
	);
});

it('says that references are left empty only where that was chosen', async () => {
	await show(makeRun({ references: 'empty' }));
	expect(find('run-references').text()).toBe('Left empty where their target is not included');
	page.unmount();
	await show(makeRun());
	expect(find('run-references').exists()).toBe(false);
});

it('says that it is being cancelled, also after a reload', async () => {
	await show(makeRun({ cancelling: true }));
	expect(find('run-status').text()).toContain('Cancelling');
	expect(find('run-cancelling').exists()).toBe(true);
	expect(find('cancel').find('button').element.disabled).toBe(true);
	page.unmount();
	await show(makeRun({ status: 'cancelled' }));
	expect(find('run-cancelling').exists()).toBe(false);
});

it('shows seconds of each stage that has ended', async () => {
	await show(
		makeRun({
			stages: [
				{ name: 'plan', status: 'done', done: 6, total: 6, seconds: 4.2 },
				{ name: 'apply', status: 'running', done: 1, total: 6, seconds: 0 },
			],
		}),
	);
	expect(page.findAll('[data-test="stage-time"]').map((time) => time.text())).toEqual(['4.2 s']);
});

it('separates what needs action from known limits, which a run without changes leaves out', async () => {
	const note = { resource: 'directus_users', column: null, count: 3 };
	const notes = [
		{ ...note, code: 'PASSWORD_NEEDED', message: 'need a new password' },
		{ ...note, code: 'CANNOT_TRAVEL', message: 'last_access is set by Directus' },
	];
	await show(makeRun({ status: 'completed', notes, resources: [makeResource({ created: 6 })] }));
	expect(find('notes-action').text()).toContain('Users – need a new password (3 rows)');
	expect(find('notes').text()).toContain('last_access');
	page.unmount();
	await show(makeRun({ status: 'completed', notes, resources: [makeResource({ skipped: 6 })] }));
	expect(find('notes-action').exists()).toBe(true);
	expect(find('notes-limits').exists()).toBe(false);
});

