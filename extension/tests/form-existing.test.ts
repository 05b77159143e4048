// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExistingChoices } from '../src/contract';
import { QUIET_MS } from '../src/module/form/use-check';
import { allCollections } from './directus-stores';
import { makeCheck, makeConfiguration, makePreset, SKIPS } from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

const SETTINGS = [
	{ name: 'project_name', source: 'Staging', destination: 'Production' },
	{ name: 'project_color', source: '#112233', destination: '#445566' },
];
const UPDATE = { mode: 'update', collections: {} };

enableAutoUnmount(afterEach);
beforeEach(() => {
	vi.resetAllMocks();
	vi.useRealTimers();
	allCollections.splice(
		0,
		Infinity,
		{ collection: 'posts', name: 'Posts', schema: {}, meta: { sort: 1 } },
		{ collection: 'tags', name: 'Tags', schema: {}, meta: { sort: 2 } },
	);
});

async function checked(settings = SETTINGS) {
	const form = await openForm(api);
	await form.type('http://destination', 'token');
	await form.check(makeCheck({ settings }));
	return form;
}

/** The check is repeated as the choice differs, and says the same. */
async function update(form: Awaited<ReturnType<typeof openForm>>, settings = SETTINGS) {
	vi.useFakeTimers();
	api.post.mockResolvedValueOnce({ data: makeCheck({ settings }) });
	await form.press('existing-update');
	await vi.advanceTimersByTimeAsync(QUIET_MS);
	vi.useRealTimers();
	await flushPromises();
}

describe('existing rows', () => {
	it('are skipped by default, and nothing more is asked', async () => {
		const { find, start, sent } = await checked();
		expect(find('existing-skip').attributes('aria-checked')).toBe('true');
		expect(find('existing-hint').text()).toBe('Rows that the destination has stay as they are.');
		expect(find('conflicts').exists()).toBe(false);
		expect(find('overwrite-settings').exists()).toBe(false);
		await start();
		expect(sent()).toMatchObject(SKIPS);
	});

	it('are updated on demand: the check, the run and the warning say so', async () => {
		const form = await checked();
		const { find, press, start, sent } = form;
		await update(form);
		expect(api.post).toHaveBeenLastCalledWith(
			'/migration/check',
			expect.objectContaining({ ...SKIPS, existing: UPDATE }),
		);
		expect(find('existing-hint').text()).toContain('only in the columns that differ');
		expect(find('conflicts-ask').attributes('aria-checked')).toBe('true');
		await press('conflicts-source');
		expect(find('conflicts-hint').text()).toContain('The change at the destination is lost.');
		await press('dry-run');
		expect(find('writes-notice').text()).toContain('Rows that differ there are overwritten');
		await start();
		expect(sent()).toMatchObject({ existing: UPDATE, conflicts: 'source' });
	});

	it('overwrite the settings that are ticked one by one, without another check', async () => {
		const form = await checked();
		const { find, press, start, sent } = form;
		await update(form);
		expect(find('overwrite-settings').text()).toContain('Staging');
		expect(find('setting-project_name').attributes('aria-checked')).toBe('false');
		await press('setting-project_name');
		expect(find('setting-project_name').attributes('aria-checked')).toBe('true');
		expect(api.post).toHaveBeenCalledTimes(2);
		await start();
		expect(sent()).toMatchObject({ overwrite_settings: ['project_name'] });
	});

	it('show no settings where the check names none, or none travel', async () => {
		const form = await checked([]);
		await update(form, []);
		expect(form.find('overwrite-settings').exists()).toBe(false);
		await form.check(makeCheck({ settings: SETTINGS }));
		expect(form.find('overwrite-settings').exists()).toBe(true);
		await form.press('choose-parts');
		await form.press('part-settings');
		expect(form.find('overwrite-settings').exists()).toBe(false);
	});
});

describe('the existing rows of one collection', () => {
	async function openTree() {
		const form = await openForm(api);
		const mode = (name: string) => form.find(`existing-of-${name}`);
		await form.type('http://destination', 'token');
		await form.press('choose-collections');
		return { ...form, mode };
	}

	it('are an exception, said in the tree and at the choice for all', async () => {
		const { find, mode, check, start, sent, page } = await openTree();
		expect(mode('posts').text()).toContain('Like the others (Skip)');
		await mode('posts').setValue('update');
		expect(page.find('[data-collection="posts"] .rows').text()).toBe('update');
		expect(find('existing-exceptions').text()).toBe('Only Posts are updated.');
		expect(find('conflicts').exists()).toBe(true);
		await check();
		await start();
		const collections = { posts: 'update' };
		expect(sent().existing).toEqual({ mode: 'skip', collections });
	});

	it('are like the others again, and cannot be chosen for what is not selected', async () => {
		const { find, mode, page } = await openTree();
		await mode('posts').setValue('update');
		await mode('posts').setValue('');
		expect(find('existing-exceptions').exists()).toBe(false);
		await page.find('[data-collection="posts"]').trigger('click');
		expect(mode('posts').exists()).toBe(false);
		expect(mode('tags').exists()).toBe(true);
	});
});

describe('a preset', () => {
	const saved: ExistingChoices = {
		existing: { mode: 'update', collections: { tags: 'skip' } },
		conflicts: 'destination',
		overwrite_settings: ['project_color'],
	};

	async function withPreset(changes: Parameters<typeof makePreset>[0]) {
		const form = await openForm(api, {
			configuration: makeConfiguration({ presets: [makePreset(changes)] }),
		});
		await form.choose(1);
		return form;
	}

	it('brings the choices, also of settings that no check has compared', async () => {
		const { find, press, sent } = await withPreset(saved);
		expect(find('existing-update').attributes('aria-checked')).toBe('true');
		expect(find('existing-exceptions').text()).toBe('Tags are skipped.');
		expect(find('conflicts-destination').attributes('aria-checked')).toBe('true');
		expect(find('setting-project_color').attributes('aria-checked')).toBe('true');
		expect(find('preset-update').exists()).toBe(false);

		await press('setting-project_color');
		expect(find('preset-update').exists()).toBe(true);
		api.patch.mockResolvedValueOnce({ data: makePreset({ ...saved, overwrite_settings: [] }) });
		await press('preset-update');
		expect(sent('patch')).toMatchObject({ ...saved, overwrite_settings: [] });
		expect(find('preset-update').exists()).toBe(false);
	});

	it('of an earlier version skips', async () => {
		const { find, press } = await withPreset({});
		expect(find('existing-skip').attributes('aria-checked')).toBe('true');
		expect(find('preset-update').exists()).toBe(false);
		await press('existing-update');
		expect(find('preset-update').exists()).toBe(true);
	});
});
