// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sameAddress } from '../src/module/form/form-input';
import { recallToken } from '../src/module/run/typed-tokens';
import { makeConfiguration, makePreset, RUN_ID } from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

enableAutoUnmount(afterEach);
beforeEach(() => vi.resetAllMocks());

const URL = 'https://production.example.com';

async function withPreset() {
	const form = await openForm(api, {
		configuration: makeConfiguration({ presets: [makePreset()] }),
	});
	await form.choose(1);
	return form;
}

describe('a saved token', () => {
	it('is named but not there, and is used by check and start', async () => {
		const { find, check, start, sent } = await withPreset();
		expect(find('token-saved').find('input').element.value).toBe('A token is saved');
		expect(find('destination-token').exists()).toBe(false);
		await check();
		expect(sent()).toMatchObject({
			destination_url: URL,
			destination_token: '',
			token_from: 'preset:1',
		});
		await start();
		expect(sent()).toMatchObject({ destination_token: '', token_from: 'preset:1' });
		expect(recallToken(RUN_ID)).toBeNull();
	});

	it('of the environment is used the same way', async () => {
		const defaults = { destination_url: URL, has_token: true, options: ['content' as const] };
		const { find, check, sent } = await openForm(api, {
			configuration: makeConfiguration({ defaults }),
		});
		expect(find('token-saved').exists()).toBe(true);
		await check();
		expect(sent()).toMatchObject({ destination_token: '', token_from: 'environment' });
	});

	it('is replaced by one that is typed, and used as long as none is', async () => {
		const { find, press, check, sent } = await withPreset();
		await press('token-replace');
		expect(document.activeElement).toBe(find('destination-token').element);
		await check();
		expect(sent()).toMatchObject({ destination_token: '', token_from: 'preset:1' });
		await find('destination-token').setValue('new');
		await check();
		expect(sent()).toMatchObject({ destination_token: 'new', token_from: null });
		await press('token-keep');
		expect(find('token-saved').exists()).toBe(true);
	});

	it('is not used once it is cleared, until one takes that back', async () => {
		const { find, press, disabled } = await withPreset();
		await press('token-clear');
		expect(disabled('check')).toBe(true);
		expect(find('token-hint').text()).toContain('not used');
		await press('token-keep');
		expect(find('token-saved').exists()).toBe(true);
		expect(disabled('check')).toBe(false);
	});

	it('is offered for its own address only, and comes back with that', async () => {
		const { find, disabled } = await withPreset();
		await find('destination-url').setValue('https://elsewhere.example.com');
		expect(find('token-saved').exists()).toBe(false);
		expect(find('token-hint').text()).toContain(`The saved token is for ${URL}`);
		expect(disabled('check')).toBe(true);
		await find('destination-url').setValue(`${URL}/admin/`);
		expect(find('token-saved').exists()).toBe(true);
		expect(disabled('check')).toBe(false);
	});
});

describe('two addresses', () => {
	it.each([` ${URL}`, `${URL}/`, `${URL}/admin`, `${URL}/admin/`])(
		'are the same for “%s”',
		(url) => {
			expect(sameAddress(url, URL)).toBe(true);
		},
	);

	it.each([`${URL}:8055`, `${URL}/cms`, 'https://production.example.com.evil.example'])(
		'differ for %s',
		(url) => {
			expect(sameAddress(url, URL)).toBe(false);
		},
	);
});
