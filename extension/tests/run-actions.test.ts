// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { beforeEach, expect, it, vi } from 'vitest';
import RunActions from '../src/module/run/run-actions.vue';
import RunHeader from '../src/module/run/run-header.vue';
import { forgetTokens, recallToken, rememberToken } from '../src/module/run/typed-tokens';
import type { Run } from '../src/contract';
import { directusComponents } from './directus-components';
import { answerOf, counted, makeProblem, makeRun } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
const push = vi.hoisted(() => vi.fn());
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push }) }));

let actions: VueWrapper;

const find = (name: string) => actions.find(`[data-test="${name}"]`);
const press = (name: string) => find(name).find('button').trigger('click');

function show(run: Run) {
	const props = { run, active: false, cancelling: false, resuming: false };
	actions = mount(RunHeader, { props, global: { components: directusComponents } });
}

function advise(run: Run) {
	const props = { run, active: false };
	actions = mount(RunActions, { props, global: { components: directusComponents } });
}

async function confirm() {
	await find('again-dialog').find('form').trigger('submit');
	await flushPromises();
}

beforeEach(() => {
	api.post.mockReset();
	push.mockReset();
});

it('offers Run for real after a dry run that came to its end only', () => {
	show(makeRun({ dry_run: true, status: 'completed_with_problems' }));
	expect(find('run-for-real').exists()).toBe(true);
	show(makeRun({ dry_run: true, status: 'failed' }));
	expect(find('run-for-real').exists()).toBe(false);
	show(makeRun({ status: 'completed' }));
	expect(find('run-for-real').exists()).toBe(false);
	expect(find('run-again').exists()).toBe(true);
});

it('asks before it writes, then starts with the same settings and token', async () => {
	const chosen = { collections: ['posts'], exclude: [], filters: {}, since: 'last' };
	const settings = {
		options: ['users' as const],
		parts: ['content' as const],
		selection: chosen,
		batch_size: 7,
		force: true,
		invite: true,
		references: 'empty' as const,
		existing: { mode: 'update' as const, collections: { tags: 'skip' as const } },
		conflicts: 'source' as const,
		overwrite_settings: ['project_name'],
	};
	const found = { ...settings, selection: { ...chosen, rows: 12, summary: 'Selected 12 rows' } };
	show(makeRun({ id: 'dry', dry_run: true, status: 'completed', ...found }));
	rememberToken('dry', 'typed');
	await press('run-for-real');
	expect(find('again-dialog').text()).toContain('writes to http://destination');
	expect(find('again-dialog').text()).toContain('Rows that differ there are overwritten');
	expect(find('again-token').exists()).toBe(false);
	expect(api.post).not.toHaveBeenCalled();

	api.post.mockResolvedValueOnce({ data: makeRun({ id: 'real' }) });
	await confirm();
	const token = { destination_token: 'typed', token_from: null };
	const request = {
		destination_url: 'http://destination',
		...token,
		...settings,
		dry_run: false,
		plan: null,
	};
	expect(api.post).toHaveBeenCalledWith('/migration/runs', request);
	expect(push).toHaveBeenCalledWith('/migration/runs/real');
	expect(recallToken('real')).toBe('typed');
	expect(find('again-dialog').exists()).toBe(false);
});

it('uses a saved token without asking, and takes a typed one once that is refused', async () => {
	show(makeRun({ id: 'saved', status: 'failed', token_from: 'preset:3' }));
	await press('run-again');
	expect(find('again-token').exists()).toBe(false);
	api.post.mockRejectedValueOnce(
		answerOf(422, 'TOKEN_NOT_SAVED', 'No token is saved.', 'destination_token'),
	);
	await confirm();
	expect(api.post.mock.lastCall?.[1]).toMatchObject({
		destination_token: '',
		token_from: 'preset:3',
	});
	expect(find('failure').text()).toContain('No token is saved.');

	await find('again-token').setValue('new');
	api.post.mockResolvedValueOnce({ data: makeRun() });
	await confirm();
	expect(api.post.mock.lastCall?.[1]).toMatchObject({
		destination_token: 'new',
		token_from: null,
	});
});

it('asks for a token that was forgotten, and says why', async () => {
	show(makeRun({ id: 'forgotten', dry_run: true, status: 'completed' }));
	await press('run-again');
	expect(find('again-dialog').text()).toContain('Nothing is written.');
	expect(find('again-dialog').text()).toContain('forgotten when it ended');
	expect(find('again-token').attributes('type')).toBe('password');
	expect(find('again-confirm').find('button').element.disabled).toBe(true);
	await confirm();
	expect(api.post).not.toHaveBeenCalled();

	await find('again-token').setValue('typed');
	api.post.mockResolvedValueOnce({ data: makeRun() });
	await confirm();
	expect(api.post.mock.lastCall?.[1]).toMatchObject({
		destination_token: 'typed',
		dry_run: true,
	});
});

it('shows in the dialog why the run cannot start', async () => {
	show(makeRun({ status: 'completed', token_from: 'environment' }));
	await press('run-again');
	api.post.mockRejectedValueOnce(
		answerOf(409, 'DESTINATION_BUSY', 'Another run is under way.', 'destination_url'),
	);
	await confirm();
	expect(find('again-dialog').text()).toContain('Another run is under way.');
	expect(push).not.toHaveBeenCalled();
});

it('says where the way on is when references were not included', () => {
	const problem = makeProblem({ code: 'REFERENCES_NOT_INCLUDED' });
	const refused = makeRun({ dry_run: true, status: 'refused', ...counted([problem]) });
	advise(refused);
	expect(find('run-advice').text()).toContain('A new check in the form lists these references.');
	advise(makeRun({ status: 'refused' }));
	expect(find('run-advice').exists()).toBe(false);
	show(refused);
	expect(find('run-for-real').exists()).toBe(false);
	expect(find('run-again').exists()).toBe(true);
});

it('offers Resume for a run that was interrupted, besides Cancel and Run again', async () => {
	show(makeRun({ status: 'failed' }));
	expect(find('resume').exists()).toBe(false);
	show(makeRun({ status: 'interrupted' }));
	expect(find('run-again').exists()).toBe(true);
	await press('resume');
	expect(actions.emitted('resume')).toHaveLength(1);
	await press('cancel');
	expect(actions.emitted('cancel')).toHaveLength(1);
});

it('forgets typed tokens when somebody logs in', () => {
	rememberToken('dry', 'typed');
	forgetTokens();
	expect(recallToken('dry')).toBeNull();
});
