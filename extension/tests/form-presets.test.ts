// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RETRY_MS } from '../src/module/use-polling';
import type { Preset } from '../src/contract';
import { ALL_OPTIONS, answerOf, makeConfiguration, makePreset, SKIPS } from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

enableAutoUnmount(afterEach);
beforeEach(() => vi.resetAllMocks());

const DEFAULTS = {
	destination_url: 'https://default.example.com',
	has_token: true,
	options: ['users' as const],
};

async function withPreset(changes: Partial<Preset> = {}) {
	const presets = [makePreset(changes), makePreset({ id: 2, name: 'Preview', scope: 'global' })];
	const form = await openForm(api, {
		configuration: makeConfiguration({ presets, defaults: DEFAULTS }),
	});
	await form.choose(1);
	return form;
}

describe('what the form is filled with', () => {
	it('is nothing without defaults', async () => {
		const { find, value } = await openForm(api);
		expect(value('destination-url')).toBe('');
		expect(find('preset-select').text()).toBe('No preset');
	});

	it('is the environment’s defaults before a preset is chosen', async () => {
		const { find, value } = await openForm(api, {
			configuration: makeConfiguration({ defaults: DEFAULTS }),
		});
		expect(value('destination-url')).toBe(DEFAULTS.destination_url);
		expect(find('option-users').attributes('aria-checked')).toBe('true');
		expect(find('option-content').attributes('aria-checked')).toBe('false');
		expect(find('preset-select').text()).toBe('Environment defaults');
	});

	it('is the chosen preset, and the defaults again after the first entry', async () => {
		const { find, value, choose } = await withPreset();
		expect(value('destination-url')).toBe('https://production.example.com');
		expect(find('batch-size-15').attributes('aria-checked')).toBe('true');
		expect(find('invite').attributes('aria-checked')).toBe('true');
		expect(find('dry-run').attributes('aria-checked')).toBe('true');
		await choose('');
		expect(value('destination-url')).toBe(DEFAULTS.destination_url);
		expect(find('batch-size').exists()).toBe(false);
	});

	it('is left alone when somebody has begun to type', async () => {
		let answer: (data: unknown) => void = () => {};
		const form = await openForm(api, {
			configuration: new Promise((resolve) => (answer = resolve)) as never,
		});
		expect(form.find('preset-select').text()).toBe('Loading …');
		await form.type('http://typed', 'token');
		answer(makeConfiguration({ defaults: DEFAULTS }));
		await flushPromises();
		expect(form.value('destination-url')).toBe('http://typed');
	});

	it('can be typed when presets cannot be loaded', async () => {
		const { find, type, disabled } = await openForm(api, {
			configuration: answerOf(502, 'SIDECAR_UNREACHABLE', 'Away'),
		});
		expect(find('failure').text()).toContain('fill in the form by hand');
		await type('http://destination', 'token');
		expect(disabled('check')).toBe(false);
		expect(disabled('preset-save')).toBe(true);
	});

	it('comes when the sidecar is there again', async () => {
		vi.useFakeTimers();
		const { find, value } = await openForm(api, {
			configuration: answerOf(502, 'SIDECAR_UNREACHABLE', 'Away'),
		});
		api.get.mockResolvedValue({
			data: { ...makeConfiguration({ defaults: DEFAULTS }), runs: [] },
		});
		await vi.advanceTimersByTimeAsync(RETRY_MS);
		expect(find('failure').exists()).toBe(false);
		expect(value('destination-url')).toBe(DEFAULTS.destination_url);
		vi.useRealTimers();
	});

	it('names for whom each preset is', async () => {
		const { find } = await withPreset();
		expect(
			find('preset-select')
				.findAll('optgroup')
				.map((group) => group.attributes('label')),
		).toEqual(['Only me', 'All administrators']);
	});
});

describe('saving a preset', () => {
	it('leaves the token of the environment where it is, and goes on using it', async () => {
		const url = 'https://stage.example.com';
		const configuration = makeConfiguration({
			defaults: { destination_url: url, has_token: true, options: ['users'] },
		});
		const { press, find, confirm, sent, check } = await openForm(api, { configuration });
		await press('preset-save');
		expect(find('preset-dialog').text()).toContain('stays in the environment');
		await find('preset-name').setValue('Stage');
		const saved = makePreset({
			id: 7,
			name: 'Stage',
			destination_url: url,
			has_token: false,
			options: ['users'],
			batch_size: 10,
			invite: false,
		});
		api.post.mockResolvedValueOnce({ data: saved });
		await confirm();
		expect(sent()).toMatchObject({
			destination_url: url,
			destination_token: '',
			token_from: null,
		});
		expect(find('token-saved').exists()).toBe(true);
		expect(find('preset-update').exists()).toBe(false);
		await check();
		expect(sent()).toMatchObject({ destination_url: url, token_from: 'environment' });
	});

	it('sends the form, then uses the saved token instead of the typed one', async () => {
		const { type, check, press, find, confirm, sent, disabled } = await openForm(api);
		await type('http://destination', 'secret');
		await check();
		await press('preset-save');
		expect(find('preset-dialog').text()).toContain('sent only to http://destination');
		await find('preset-name').setValue(' Staging ');
		await press('preset-scope-role');
		api.post.mockResolvedValueOnce({
			data: makePreset({
				id: 7,
				name: 'Staging',
				scope: 'role',
				destination_url: 'http://destination',
				options: ALL_OPTIONS,
				batch_size: 10,
				invite: false,
			}),
		});
		await confirm();

		expect(api.post).toHaveBeenLastCalledWith('/migration/presets', {
			name: 'Staging',
			scope: 'role',
			destination_url: 'http://destination',
			destination_token: 'secret',
			token_from: null,
			options: ALL_OPTIONS,
			batch_size: 10,
			invite: false,
			references: 'refuse',
			selection: null,
			parts: null,
			...SKIPS,
		});
		expect(find('preset-dialog').exists()).toBe(false);
		expect((find('preset-select').element as HTMLSelectElement).value).toBe('7');
		expect(find('token-saved').exists()).toBe(true);
		expect(find('preset-update').exists()).toBe(false);
		expect(disabled('start')).toBe(false);
		await check();
		expect(sent()).toMatchObject({ destination_token: '', token_from: 'preset:7' });
	});

	it('takes the token of the preset or the environment along', async () => {
		const { press, find, confirm, sent } = await withPreset();
		await press('preset-save');
		await find('preset-name').setValue('Copy');
		api.post.mockResolvedValueOnce({ data: makePreset({ id: 3, name: 'Copy' }) });
		await confirm();
		expect(sent()).toMatchObject({ destination_token: '', token_from: 'preset:1' });
	});

	it('needs a name', async () => {
		const { press, find, disabled, confirm } = await openForm(api);
		await press('preset-save');
		expect(disabled('preset-confirm')).toBe(true);
		await find('preset-name').setValue('  ');
		await confirm();
		expect(api.post).not.toHaveBeenCalled();
	});

	it('offers no role to somebody without one', async () => {
		const { press, find } = await openForm(api, {
			configuration: makeConfiguration({ role: null }),
		});
		await press('preset-save');
		expect(find('preset-scope-role').exists()).toBe(false);
		expect(find('preset-scope-global').exists()).toBe(true);
	});

	it('says in the dialog why it failed, and keeps what was typed', async () => {
		const { press, find, confirm, value } = await openForm(api);
		await press('preset-save');
		await find('preset-name').setValue('Staging');
		api.post.mockRejectedValueOnce(
			answerOf(409, 'PRESET_EXISTS', 'There is one with this name'),
		);
		await confirm();
		expect(find('preset-dialog').text()).toContain('There is one with this name');
		expect(value('preset-name')).toBe('Staging');
	});
});

describe('changing a preset', () => {
	it.each([
		[
			'the URL',
			async (form: Awaited<ReturnType<typeof withPreset>>) =>
				form.find('destination-url').setValue('http://other'),
		],
		[
			'what to migrate',
			async (form: Awaited<ReturnType<typeof withPreset>>) => form.press('option-flows'),
		],
		[
			'the batch size',
			async (form: Awaited<ReturnType<typeof withPreset>>) => form.press('batch-size-5'),
		],
		['the mails', async (form: Awaited<ReturnType<typeof withPreset>>) => form.press('invite')],
		[
			'the token',
			async (form: Awaited<ReturnType<typeof withPreset>>) => form.press('token-clear'),
		],
	])('offers Update after a change of %s', async (_, change) => {
		const form = await withPreset();
		expect(form.find('preset-update').exists()).toBe(false);
		await change(form);
		expect(form.find('preset-update').exists()).toBe(true);
	});

	it('does not offer it for dry run, nor for the same URL written differently', async () => {
		const { press, find } = await withPreset();
		await press('dry-run');
		await find('destination-url').setValue('https://production.example.com/');
		expect(find('preset-update').exists()).toBe(false);
	});

	it('updates with everything but name and scope, and keeps the token', async () => {
		const { press, find } = await withPreset();
		await press('batch-size-5');
		api.patch.mockResolvedValueOnce({ data: makePreset({ batch_size: 5 }) });
		await press('preset-update');
		expect(api.patch).toHaveBeenCalledWith('/migration/presets/1', {
			destination_url: 'https://production.example.com',
			destination_token: '',
			token_from: 'preset:1',
			options: ['content', 'users'],
			batch_size: 5,
			invite: true,
			references: 'refuse',
			selection: null,
			parts: null,
			...SKIPS,
		});
		expect(find('preset-update').exists()).toBe(false);
		expect(document.activeElement).toBe(find('preset-select').element);
	});

	it('takes a cleared token out of the preset', async () => {
		const { press, sent, find } = await withPreset();
		await press('token-clear');
		api.patch.mockResolvedValueOnce({ data: makePreset({ has_token: false }) });
		await press('preset-update');
		expect(sent('patch')).toMatchObject({ destination_token: '', token_from: null });
		expect(find('token-hint').exists()).toBe(false);
	});

	it('shows near the preset why an update failed', async () => {
		const { press, find } = await withPreset();
		await press('batch-size-5');
		api.patch.mockRejectedValueOnce(answerOf(404, 'PRESET_NOT_FOUND', 'It is gone'));
		await press('preset-update');
		expect(find('failure').text()).toContain('It is gone');
		expect(find('preset-update').exists()).toBe(true);
	});

	it('renames it, and keeps what else was changed', async () => {
		const { press, find, confirm, value } = await withPreset();
		await press('batch-size-5');
		await press('preset-rename');
		expect(value('preset-name')).toBe('Production');
		await find('preset-name').setValue('Live');
		await press('preset-scope-global');
		api.patch.mockResolvedValueOnce({ data: makePreset({ name: 'Live', scope: 'global' }) });
		await confirm();
		expect(api.patch).toHaveBeenCalledWith('/migration/presets/1', {
			name: 'Live',
			scope: 'global',
		});
		expect(find('preset-select').text()).toContain('Live');
		expect(find('preset-update').exists()).toBe(true);
		expect(document.activeElement).toBe(find('preset-rename').find('button').element);
	});
});

describe('deleting a preset', () => {
	it('asks first, by name, and deletes nothing when cancelled', async () => {
		const { press, find, page } = await withPreset();
		await press('preset-delete');
		expect(find('preset-dialog').text()).toContain('“Production”');
		expect(find('preset-dialog').attributes('role')).toBe('dialog');
		await page
			.findAll('button')
			.find((button) => button.text() === 'Cancel')
			?.trigger('click');
		expect(find('preset-dialog').exists()).toBe(false);
		expect(api.delete).not.toHaveBeenCalled();
	});

	it('goes back to the defaults', async () => {
		const { press, find, confirm, value } = await withPreset();
		await press('preset-delete');
		api.delete.mockResolvedValueOnce({});
		await confirm();
		expect(api.delete).toHaveBeenCalledWith('/migration/presets/1');
		expect(value('destination-url')).toBe(DEFAULTS.destination_url);
		expect(find('preset-select').text()).not.toContain('Production');
		expect(document.activeElement).toBe(find('preset-select').element);
	});
});
