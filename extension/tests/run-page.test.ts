// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import RunPage from '../src/module/run/run-page.vue';
import type { Run } from '../src/types';
import { directusComponents } from './directus-components';
import { answerOf, makeResource, makeRun, RUN_ID } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
vi.mock('@directus/extensions-sdk', () => ({ useApi: () => api }));

let page: VueWrapper;

const find = (name: string) => page.find(`[data-test="${name}"]`);

async function open() {
	page = mount(RunPage, { props: { id: RUN_ID }, global: { components: directusComponents } });
	await flushPromises();
}

async function show(run: Run) {
	api.get.mockResolvedValue({ data: run });
	await open();
}

afterEach(() => page.unmount());

it('says that it is loading', () => {
	api.get.mockReturnValue(new Promise(() => {}));
	page = mount(RunPage, { props: { id: RUN_ID }, global: { components: directusComponents } });
	expect(page.text()).toContain('Loading the run');
});

it('says that a run does not exist', async () => {
	api.get.mockRejectedValue(answerOf(404, 'RUN_NOT_FOUND', 'There is no such run.'));
	await open();
	expect(find('not-found').exists()).toBe(true);
});

it('says that the sidecar is down, what to check and that it keeps trying', async () => {
	api.get.mockRejectedValue(answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'));
	await open();
	expect(find('failure').text()).toContain('The sidecar cannot be reached.');
	expect(find('failure').text()).toContain('Check that the sidecar is running');
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

it('shows what cannot travel', async () => {
	const message = 'modified_on: Directus sets it on every write';
	await show(makeRun({ notes: [{ resource: 'directus_files', code: 'CANNOT_TRAVEL', column: 'modified_on', message, count: 3 }] }));
	expect(find('notes').text()).toContain(`directus_files ${message} 3 rows`);
});

it('shows what a dry run would do', async () => {
	const resources = [makeResource({ create: 4, unchanged: 1, conflicting: 1 })];
	await show(makeRun({ status: 'completed', dry_run: true, resources }));
	const cells = find('resources').findAll('td').map((cell) => cell.text());
	expect(cells).toEqual(['6', '4', '1', '1', '0']);
	expect(find('run-outcome').text()).toContain('4 rows and files would be created');
	expect(find('run-outcome').text()).toContain('Nothing was written.');
});

it('shows what a real run did and what was verified', async () => {
	const resources = [makeResource({ created: 5, skipped: 1, verified: 6 })];
	await show(makeRun({ status: 'completed', resources }));
	expect(find('resources').find('[data-column="verified"]').text()).toBe('6');
	expect(find('run-outcome').text()).toContain('5 rows and files created, 1 skipped, 0 failed, 6 verified and 0 different');
});

it('lists problems as text and says how many more there are', async () => {
	const problems = [{ resource: 'posts', key: '7', code: 'ROW_REFUSED', message: '<img src=x>' }];
	await show(makeRun({ status: 'completed_with_problems', problems, problem_count: 900 }));
	expect(find('problems').text()).toContain('<img src=x>');
	expect(page.find('img').exists()).toBe(false);
	expect(page.text()).toContain('The first 1 of 900 problems');
});

it('shows why a run was refused', async () => {
	await show(makeRun({ status: 'refused', message: 'The destination is older than 11.1.2.' }));
	expect(find('run-message').text()).toBe('The destination is older than 11.1.2.');
	expect(find('run-outcome').text()).toContain('Nothing was written');
});
