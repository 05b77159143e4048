// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POLL_MS } from '../src/module/history/use-runs';
import { QUIET_MS } from '../src/module/form/use-check';
import { forgetTokens, recallToken } from '../src/module/run/typed-tokens';
import {
	ALL_OPTIONS,
	answerOf,
	makeCheck,
	makeConfiguration,
	makePreset,
	makeRun,
	RUN_ID,
	SKIPS,
} from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
const push = vi.hoisted(() => vi.fn());
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push }) }));

enableAutoUnmount(afterEach);
beforeEach(() => {
	vi.resetAllMocks();
	forgetTokens();
});

describe('the form', () => {
	it('hides the token while it is typed', async () => {
		const { find } = await openForm(api);
		expect(find('destination-token').attributes('type')).toBe('password');
		expect(find('destination-token').attributes('autocomplete')).toBe('off');
	});

	it('cannot check before URL and token are there', async () => {
		const { type, disabled } = await openForm(api);
		expect(disabled('check')).toBe(true);
		await type('http://destination', 'token');
		expect(disabled('check')).toBe(false);
	});

	it('cannot start before a check, and can after one that fits', async () => {
		const { type, check, disabled } = await openForm(api);
		await type('http://destination', 'token');
		expect(disabled('start')).toBe(true);
		await check();
		expect(disabled('start')).toBe(false);
	});

	it('needs a new check as soon as URL or token differ from what was checked', async () => {
		const { type, check, disabled, find } = await openForm(api);
		await type('http://destination', 'token');
		await check();
		await type('http://destination', 'another token');
		expect(disabled('start')).toBe(true);
		expect(find('check-result').exists()).toBe(false);
		await type('http://destination', 'token');
		expect(disabled('start')).toBe(false);
	});

	it('checks again quietly when the options change, and keeps the answer meanwhile', async () => {
		vi.useFakeTimers();
		const { type, check, disabled, find, press } = await openForm(api);
		await type('http://destination', 'token');
		await check();
		api.post.mockResolvedValueOnce({ data: makeCheck({ compatible: false }) });
		await press('option-flows');
		expect(find('check-result').exists()).toBe(true);
		expect(disabled('start')).toBe(true);
		expect(find('start-obstacle').text()).toContain('Checking again');
		expect(api.post).toHaveBeenCalledTimes(1);
		await vi.advanceTimersByTimeAsync(QUIET_MS);
		expect(api.post).toHaveBeenCalledTimes(2);
		expect(find('check-result').attributes('data-compatible')).toBe('false');
		vi.useRealTimers();
	});

	it('keeps the check when the options are as they were checked', async () => {
		vi.useFakeTimers();
		const { type, check, disabled, press } = await openForm(api);
		await type('http://destination', 'token');
		await check();
		await press('option-flows');
		await press('option-flows');
		await vi.advanceTimersByTimeAsync(QUIET_MS);
		expect(api.post).toHaveBeenCalledTimes(1);
		expect(disabled('start')).toBe(false);
		vi.useRealTimers();
	});

	it('shows how a destination without a scheme was reached, and starts there', async () => {
		const { type, check, start, find, value, sent } = await openForm(api);
		await type('localhost:8055', 'token');
		const destination = { url: 'http://localhost:8055', version: '12.4.0', vendor: 'sqlite' };
		await check(makeCheck({ destination }));
		expect(find('address-note').text()).toContain('over http, because https does not answer');
		expect(value('destination-url')).toBe('http://localhost:8055');
		await start();
		expect(sent().destination_url).toBe('http://localhost:8055');
	});

	it('moves the focus to the answer of a check, or to the field that is wrong', async () => {
		const { type, check, failCheck, find } = await openForm(api);
		await type('http://destination', 'token');
		await check();
		expect(document.activeElement?.contains(find('check-result').element)).toBe(true);
		await failCheck(answerOf(422, 'TOKEN_REFUSED', 'Wrong token', 'destination_token'));
		expect(document.activeElement).toBe(find('destination-token').element);
		expect(find('field-error').text()).toContain('Check this token');
		await type('http://destination', 'another token');
		expect(find('destination-token').attributes('aria-invalid')).toBe('false');
	});

	it('is as it was left when the user comes back', async () => {
		const configuration = makeConfiguration({ presets: [makePreset()] });
		const first = await openForm(api, { configuration });
		await first.choose(1);
		await first.press('option-users');
		await first.press('dry-run');
		await first.check();
		first.page.unmount();
		const again = await openForm(api, { configuration, back: true });
		expect(again.value('preset-select')).toBe('1');
		expect(again.find('option-users').attributes('aria-checked')).toBe('false');
		expect(again.find('start').text()).toBe('Start Migration');
		expect(again.find('check-result').exists()).toBe(true);
		expect(again.disabled('start')).toBe(false);
	});

	it('shows Force only where it would help, and needs it there', async () => {
		const { type, check, disabled, find, press } = await openForm(api);
		await type('http://destination', 'token');
		await check(makeCheck({ compatible: false, force_would_help: false }));
		expect(find('force').exists()).toBe(false);
		expect(disabled('start')).toBe(true);

		await check(makeCheck({ compatible: false, force_would_help: true, schema: null }));
		expect(disabled('start')).toBe(true);
		await press('force');
		expect(disabled('start')).toBe(false);
	});

	it('takes Force back with the next check', async () => {
		const { type, check, disabled, press } = await openForm(api);
		await type('http://destination', 'token');
		await check(makeCheck({ compatible: false, force_would_help: true }));
		await press('force');
		await check(makeCheck({ compatible: false, force_would_help: true }));
		expect(disabled('start')).toBe(true);
	});

	it('starts a dry run unless that is unticked, and goes to the page of the run', async () => {
		const { type, check, start } = await openForm(api);
		await type(' http://destination ', 'token');
		await check();
		await start();

		expect(api.post).toHaveBeenLastCalledWith('/migration/runs', {
			destination_url: 'http://destination',
			destination_token: 'token',
			token_from: null,
			options: ALL_OPTIONS,
			dry_run: true,
			force: false,
			batch_size: 10,
			invite: false,
			references: 'refuse',
			selection: null,
			parts: null,
			plan: null,
			...SKIPS,
		});
		expect(push).toHaveBeenCalledWith(`/migration/runs/${RUN_ID}`);
	});

	it('leaves a person alone who has gone elsewhere while the run was started', async () => {
		const { page, type, check, press } = await openForm(api);
		await type('http://destination', 'token');
		await check();
		let answer = (_: unknown) => {};
		api.post.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
		await press('start');
		page.unmount();
		answer({ data: makeRun() });
		await flushPromises();
		expect(recallToken(RUN_ID)).toBe('token');
		expect(push).not.toHaveBeenCalled();
	});

	it('remembers a typed token for the run, in the memory of the page', async () => {
		const { type, check, start } = await openForm(api);
		await type('http://destination', ' token ');
		await check();
		await start();
		expect(recallToken(RUN_ID)).toBe('token');
	});

	it('says plainly that it will write once Dry Run is unticked', async () => {
		const { type, press, find } = await openForm(api);
		await type('http://destination', 'token');
		await press('dry-run');
		expect(find('writes-notice').text()).toContain('writes to http://destination');
		expect(find('start').text()).toBe('Start Migration');
	});

	it('shows why a start was refused', async () => {
		const { type, check, press, find } = await openForm(api);
		await type('http://destination', 'token');
		await check();
		api.post.mockRejectedValueOnce(
			answerOf(409, 'RUN_ACTIVE', 'A run to this destination is under way'),
		);
		await press('start');
		expect(find('failure').text()).toContain('under way');
		expect(push).not.toHaveBeenCalled();
	});
});

describe('the recent runs', () => {
	it('says when there are none', async () => {
		const { find } = await openForm(api);
		expect(find('recent-runs').text()).toContain('No runs yet');
	});

	it('says why they cannot be listed', async () => {
		const { find } = await openForm(api, {
			runs: answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'),
		});
		expect(find('recent-runs').text()).toContain('The sidecar cannot be reached.');
	});

	it('shows how they go on', async () => {
		vi.useFakeTimers();
		const { find } = await openForm(api, { runs: [makeRun()] });
		expect(find('recent-runs').text()).toContain('Running');
		api.get.mockResolvedValue({ data: { runs: [makeRun({ status: 'completed' })] } });
		await vi.advanceTimersByTimeAsync(POLL_MS);
		expect(find('recent-runs').text()).toContain('Completed');
		vi.useRealTimers();
	});

	it('lists the last five, with the way to all of them', async () => {
		const { find } = await openForm(api, {
			runs: [makeRun({ status: 'completed_with_problems', dry_run: true })],
		});
		expect(api.get).toHaveBeenCalledWith('/migration/runs', { params: { count: 5 } });
		expect(find('recent-runs').text()).toContain('Completed with problems');
		expect(find('all-runs').attributes('to')).toBe('/migration/runs');
	});
});
