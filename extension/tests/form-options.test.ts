// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALL_OPTIONS, answerOf } from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

enableAutoUnmount(afterEach);
beforeEach(() => vi.resetAllMocks());

describe('what to migrate', () => {
	it('offers everything that can be migrated, all of it ticked at first', async () => {
		const { page } = await openForm(api);
		const boxes = page.findAll('[data-test^="option-"]');
		expect(boxes.map((box) => box.attributes('data-test'))).toEqual(
			['content', 'users', 'comments', 'presets', 'dashboards', 'extensions', 'flows'].map(
				(name) => `option-${name}`,
			),
		);
		expect(boxes.map((box) => box.attributes('aria-checked'))).toEqual(Array(7).fill('true'));
		expect(page.text()).toContain('Uncheck what you want to exclude.');
	});

	it('has all of it ticked without an answer from the sidecar too, and sends it', async () => {
		const configuration = answerOf(502, 'SIDECAR_UNREACHABLE', 'Away');
		const { type, check, sent } = await openForm(api, { configuration });
		await type('http://destination', 'token');
		await check();
		expect(sent().options).toEqual(ALL_OPTIONS);
	});

	it('sends what is ticked, and wants a new check after a change', async () => {
		const { type, press, check, start, sent, disabled } = await openForm(api);
		await type('http://destination', 'token');
		for (const name of ['content', 'comments', 'presets', 'dashboards', 'extensions'])
			await press(`option-${name}`);
		await check();
		expect(sent().options).toEqual(['users', 'flows']);
		expect(disabled('start')).toBe(false);
		await press('option-flows');
		expect(disabled('start')).toBe(true);
		await press('option-flows');
		await start();
		expect(sent().options).toEqual(['users', 'flows']);
	});

	it('offers mails to set a password with the users only, off at first', async () => {
		const { type, find, press, check, start, sent } = await openForm(api);
		await type('http://destination', 'token');
		await press('option-users');
		expect(find('invite').exists()).toBe(false);
		await press('option-users');
		expect(find('invite').attributes('aria-checked')).toBe('false');
		await press('invite');
		await check();
		await start();
		expect(sent().invite).toBe(true);

		await press('option-users');
		expect(find('invite').exists()).toBe(false);
		await check();
		await start();
		expect(sent().invite).toBe(false);
	});
});

describe('the batch size', () => {
	it('is offered with content only, and is ten at first', async () => {
		const { page, find, press } = await openForm(api);
		const sizes = page.findAll('[data-test^="batch-size-"]');
		expect(sizes.map((size) => size.text())).toEqual(['5', '10', '15', '20', '25']);
		expect(find('batch-size-10').attributes('aria-checked')).toBe('true');
		await press('option-content');
		expect(find('batch-size').exists()).toBe(false);
	});

	it('is sent with the start', async () => {
		const { type, press, check, start, sent } = await openForm(api);
		await type('http://destination', 'token');
		await press('batch-size-25');
		await check();
		await start();
		expect(sent().batch_size).toBe(25);
	});

	it('is one stop for the tab key, with arrows from one to the next and around', async () => {
		const { page, find } = await openForm(api);
		const stops = () =>
			page.findAll('[data-test^="batch-size-"][tabindex="0"]').map((size) => size.text());
		expect(stops()).toEqual(['10']);
		await find('batch-size').trigger('keydown', { key: 'ArrowRight' });
		expect(stops()).toEqual(['15']);
		expect(document.activeElement).toBe(find('batch-size-15').element);
		for (let presses = 0; presses < 3; presses++)
			await find('batch-size').trigger('keydown', { key: 'ArrowLeft' });
		expect(stops()).toEqual(['25']);
	});
});

describe('the counts', () => {
	it('are loaded by themselves, with a word in the meantime', async () => {
		const { find } = await openForm(api, { counts: new Promise<never>(() => {}) });
		expect(find('count-content').text()).toBe('counting …');
		expect(find('destination-url').exists()).toBe(true);
	});

	it('say rows, files and extensions', async () => {
		const { find } = await openForm(api, {
			counts: { content: 1234, users: 1, extensions: 3 },
		});
		expect(find('count-content').text()).toBe('1,234 rows and files');
		expect(find('count-users').text()).toBe('1 row');
		expect(find('count-extensions').text()).toBe('3 extensions');
	});

	it('say no more than that they are missing when they fail', async () => {
		const { find, page } = await openForm(api, {
			counts: answerOf(502, 'SOURCE_UNREACHABLE', 'Away'),
		});
		expect(find('count-content').text()).toBe('');
		expect(page.text()).toContain('The rows could not be counted.');
		expect(find('failure').exists()).toBe(false);
	});
});
