// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import FormPage from '../src/module/form/form-page.vue';
import { directusComponents } from './directus-components';
import { answerOf, makeCheck, makeRun, RUN_ID } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }));
const push = vi.hoisted(() => vi.fn());
vi.mock('@directus/extensions-sdk', () => ({ useApi: () => api }));
vi.mock('vue-router', () => ({ useRouter: () => ({ push }) }));

let page: VueWrapper;

const find = (name: string) => page.find(`[data-test="${name}"]`);
const startDisabled = () => find('start').find('button').element.disabled;

async function type(url: string, token: string) {
	await find('destination-url').setValue(url);
	await find('destination-token').setValue(token);
}

async function check(result = makeCheck()) {
	api.post.mockResolvedValueOnce({ data: result });
	await page.find('form').trigger('submit');
	await flushPromises();
}

async function start() {
	api.post.mockResolvedValueOnce({ data: makeRun() });
	await find('start').find('button').trigger('click');
	await flushPromises();
}

async function open(runs: unknown[] = []) {
	api.get.mockResolvedValue({ data: { runs } });
	page = mount(FormPage, { global: { components: directusComponents } });
	await flushPromises();
}

beforeEach(() => {
	api.get.mockReset();
	api.post.mockReset();
	push.mockReset();
});

describe('the form', () => {
	it('hides the token while it is typed', async () => {
		await open();
		expect(find('destination-token').attributes('type')).toBe('password');
		expect(find('destination-token').attributes('autocomplete')).toBe('off');
	});

	it('cannot check before URL and token are there', async () => {
		await open();
		expect(find('check').find('button').element.disabled).toBe(true);
		await type('http://destination', 'token');
		expect(find('check').find('button').element.disabled).toBe(false);
	});

	it('cannot start before a check, and can after one that fits', async () => {
		await open();
		await type('http://destination', 'token');
		expect(startDisabled()).toBe(true);
		await check();
		expect(startDisabled()).toBe(false);
		expect(find('check-result').text()).toContain('12 added, 3 changed');
	});

	it('needs a new check as soon as URL or token differ from what was checked', async () => {
		await open();
		await type('http://destination', 'token');
		await check();
		await type('http://destination', 'another token');
		expect(startDisabled()).toBe(true);
		expect(find('check-result').exists()).toBe(false);
		await type('http://destination', 'token');
		expect(startDisabled()).toBe(false);
	});

	it('offers everything that can be migrated, with content ticked at first', async () => {
		await open();
		const boxes = page.findAll('[data-test^="option-"]');
		expect(boxes.map((box) => box.attributes('data-test'))).toEqual(
			['content', 'users', 'comments', 'presets', 'dashboards', 'extensions', 'flows'].map((name) => `option-${name}`),
		);
		expect(boxes.map((box) => box.attributes('aria-checked'))).toEqual(['true', ...Array(6).fill('false')]);
	});

	it('sends what is ticked with the check and the start, and wants a new check for anything else', async () => {
		await open();
		await type('http://destination', 'token');
		await find('option-flows').trigger('click');
		await find('option-users').trigger('click');
		await find('option-content').trigger('click');
		await check();
		expect(api.post.mock.lastCall?.[1].options).toEqual(['users', 'flows']);
		expect(startDisabled()).toBe(false);
		await find('option-flows').trigger('click');
		expect(startDisabled()).toBe(true);
		await find('option-flows').trigger('click');
		await start();
		expect(api.post.mock.lastCall?.[1].options).toEqual(['users', 'flows']);
	});

	it('offers mails to set a password with the users only, off at first', async () => {
		await open();
		await type('http://destination', 'token');
		expect(find('invite').exists()).toBe(false);
		await find('option-users').trigger('click');
		expect(find('invite').attributes('aria-checked')).toBe('false');
		await find('invite').trigger('click');
		await check();
		await start();
		expect(api.post.mock.lastCall?.[1].invite).toBe(true);

		await find('option-users').trigger('click');
		expect(find('invite').exists()).toBe(false);
		await check();
		await start();
		expect(api.post.mock.lastCall?.[1].invite).toBe(false);
	});

	it('warns of what the licence does not cover, and lets a run start all the same', async () => {
		await open();
		await type('http://destination', 'token');
		const message = "The destination's licence allows 5 active flows.";
		await check(makeCheck({ findings: [{ code: 'LICENSE_FLOWS', message }] }));
		expect(find('check-result').text()).toContain('licence does not cover all');
		expect(find('check-result').text()).toContain(message);
		expect(startDisabled()).toBe(false);
	});

	it('shows Force only where it would help, and needs it there', async () => {
		await open();
		await type('http://destination', 'token');
		await check(makeCheck({ compatible: false, force_would_help: false }));
		expect(find('force').exists()).toBe(false);
		expect(startDisabled()).toBe(true);

		await check(makeCheck({ compatible: false, force_would_help: true, schema: null }));
		expect(startDisabled()).toBe(true);
		await find('force').trigger('click');
		expect(startDisabled()).toBe(false);
	});

	it('takes Force back with the next check', async () => {
		await open();
		await type('http://destination', 'token');
		await check(makeCheck({ compatible: false, force_would_help: true }));
		await find('force').trigger('click');
		await check(makeCheck({ compatible: false, force_would_help: true }));
		expect(startDisabled()).toBe(true);
	});

	it('starts a dry run unless that is unticked, and goes to the page of the run', async () => {
		await open();
		await type(' http://destination ', 'token');
		await check();
		await start();

		expect(api.post).toHaveBeenLastCalledWith('/migration/runs', {
			destination_url: 'http://destination',
			destination_token: 'token',
			options: ['content'],
			dry_run: true,
			force: false,
			batch_size: 10,
			invite: false,
		});
		expect(push).toHaveBeenCalledWith(`/migration/runs/${RUN_ID}`);
	});

	it('says plainly that it will write once Dry Run is unticked', async () => {
		await open();
		await type('http://destination', 'token');
		await find('dry-run').trigger('click');
		expect(find('writes-notice').text()).toContain('write to http://destination');
		expect(find('start').text()).toBe('Start Migration');
	});

	it('shows why a check or a start was refused, as text', async () => {
		await open();
		await type('http://destination', 'token');
		api.post.mockRejectedValueOnce(answerOf(422, 'TOKEN_REFUSED', '<b>Refused</b>', 'destination_token'));
		await page.find('form').trigger('submit');
		await flushPromises();
		expect(find('failure').text()).toContain('<b>Refused</b>');
		expect(find('destination-token').attributes('aria-invalid')).toBe('true');
	});
});

describe('the recent runs', () => {
	it('says when there are none', async () => {
		await open();
		expect(find('recent-runs').text()).toContain('No runs yet');
	});

	it('says why they cannot be listed', async () => {
		api.get.mockRejectedValue(answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'));
		page = mount(FormPage, { global: { components: directusComponents } });
		expect(find('recent-runs').text()).toContain('Loading');
		await flushPromises();
		expect(find('recent-runs').text()).toContain('The sidecar cannot be reached.');
	});

	it('lists what each was and where it went', async () => {
		await open([makeRun({ status: 'completed_with_problems', dry_run: true })]);
		expect(find('recent-runs').text()).toContain('Completed with problems');
		expect(find('recent-runs').text()).toContain('Dry run');
	});
});
