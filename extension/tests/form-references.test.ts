// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MissingReferences, Preset } from '../src/contract';
import {
	ALL_OPTIONS,
	answerOf,
	makeCheck,
	makeConfiguration,
	makePreset,
	makeReferences,
} from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

enableAutoUnmount(afterEach);
beforeEach(() => vi.resetAllMocks());

const FINDING = { code: 'REFERENCES_NOT_INCLUDED', message: '186 references would be left empty.' };

async function checked(...references: MissingReferences[]) {
	const form = await openForm(api);
	await form.type('http://destination', 'token');
	await form.press('option-users');
	await form.check(makeCheck({ references, findings: [FINDING] }));
	return form;
}

describe('missing references', () => {
	it('are told by number and column, once', async () => {
		const { find, page } = await checked(makeReferences());
		expect(find('check-references').find('.summary').text()).toBe(
			'186 references point at 7 users ' +
				'that this migration does not include and the destination does not have.',
		);
		expect(find('check-references').find('[data-reference="posts.author"]').text()).toBe(
			'posts.author: 186 references to 7 users',
		);
		expect(find('check-result').text()).toContain('references would be left empty');
		expect(page.text()).not.toContain(FINDING.message);
	});

	it('are not spoken of where there are none', async () => {
		const { find } = await checked();
		expect(find('check-references').exists()).toBe(false);
		expect(find('check-result').text()).toContain('Start a dry run to preview the changes.');
	});

	it('are added up, but not what they point at', async () => {
		const { find } = await checked(
			makeReferences({ rows: 1_000 }),
			makeReferences({ column: 'editor', rows: 200, targets: 1 }),
			makeReferences({
				column: 'category',
				target: 'categories',
				option: 'content',
				rows: 1,
				targets: 1,
			}),
		);
		expect(find('check-references').find('.summary').text()).toContain(
			'1,201 references point at users and 1 row of categories that',
		);
		expect(
			find('check-references')
				.findAll('li')
				.map((line) => line.text()),
		).toEqual([
			'posts.author: 1,000 references to 7 users',
			'posts.editor: 200 references to 1 user',
			'posts.category: 1 reference to 1 row of categories',
		]);
	});

	it('are named up to ten columns and counted from there', async () => {
		const names = Array.from({ length: 12 }, (_, index) => `collection_${index}`);
		const { find } = await checked(
			...names.map((collection) =>
				makeReferences({ collection, target: collection, rows: 1 }),
			),
		);
		expect(find('check-references').find('.summary').text()).toContain(
			'12 references point at rows of 12 collections that',
		);
		expect(find('check-references').findAll('[data-reference]')).toHaveLength(10);
		expect(find('references-more').text()).toBe('and 2 more');
	});

	it('are included at a press, with a new check', async () => {
		const { find, press, sent, disabled } = await checked(makeReferences());
		expect(sent().options).not.toContain('users');
		expect(find('include-users').text()).toBe('Include users');
		api.post.mockResolvedValueOnce({ data: makeCheck() });
		await press('include-users');
		expect(api.post).toHaveBeenCalledTimes(2);
		expect(api.post).toHaveBeenLastCalledWith(
			'/migration/check',
			expect.objectContaining({ options: ALL_OPTIONS }),
		);
		expect(find('option-users').attributes('aria-checked')).toBe('true');
		expect(find('check-references').exists()).toBe(false);
		expect(document.activeElement).toBe(find('check-result').element.closest('[aria-live]'));
		await press('dry-run');
		expect(disabled('start')).toBe(false);
	});

	it('are being checked until the answer comes', async () => {
		const { page, press } = await checked(makeReferences());
		let answer = (_: unknown) => {};
		api.post.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
		await press('include-users');
		expect(page.find('[aria-live]').text()).toContain('Checking …');
		answer({ data: makeCheck() });
		await flushPromises();
		expect(page.text()).not.toContain('Checking …');
	});

	it('offer each option that is not included once, and the rows alone', async () => {
		const { page, find, check, press } = await checked();
		await press('option-content');
		await check(
			makeCheck({
				references: [
					makeReferences({ column: 'category', target: 'categories', option: 'content' }),
					makeReferences(),
					makeReferences({ column: 'editor' }),
					makeReferences({ column: 'tag', target: 'directus_presets', option: 'presets' }),
					makeReferences({ column: 'log', target: 'directus_activity', option: null }),
				],
			}),
		);
		const buttons = () =>
			page.findAll('[data-test^="include-"]').map((button) => button.text());
		expect(buttons()).toEqual(['Include content', 'Include users']);
		expect(find('bring-references').text()).toBe('Include only these rows');
		await press('dry-run');
		expect(find('start-obstacle').text()).toBe(
			'Include content and users, or leave the references empty.',
		);

		await check(makeCheck({ references: [makeReferences({ option: null })] }));
		expect(buttons()).toEqual([]);
		expect(find('start-obstacle').text()).toBe('Leave the references empty.');
		expect(find('references-empty').exists()).toBe(true);
	});
});

describe('starting with missing references', () => {
	it('is possible for a dry run, which leaves none empty unless told to', async () => {
		const { find, start, sent, disabled } = await checked(makeReferences());
		expect(find('start-obstacle').exists()).toBe(false);
		expect(disabled('start')).toBe(false);
		await start();
		expect(sent()).toMatchObject({ dry_run: true, references: 'refuse' });
	});

	it('needs the choice for a real run, without another check', async () => {
		const { find, press, start, sent, disabled } = await checked(makeReferences());
		await press('dry-run');
		expect(disabled('start')).toBe(true);
		expect(find('start-obstacle').text()).toBe('Include users, or leave the references empty.');

		await press('references-empty');
		expect(find('references-empty').attributes('aria-checked')).toBe('true');
		expect(find('check-references').exists()).toBe(true);
		expect(find('start-obstacle').exists()).toBe(false);
		expect(disabled('start')).toBe(false);
		await start();
		expect(sent()).toMatchObject({ dry_run: false, references: 'empty' });

		await press('references-empty');
		expect(disabled('start')).toBe(true);
	});

	it('needs Force first where the sides differ', async () => {
		const { find, press, check, disabled } = await checked();
		await check(
			makeCheck({
				compatible: false,
				force_would_help: true,
				references: [makeReferences()],
			}),
		);
		await press('dry-run');
		await press('references-empty');
		expect(find('start-obstacle').text()).toBe('Turn on Force to start.');
		await press('force');
		expect(disabled('start')).toBe(false);
	});

	it('leaves none empty that the check has not shown', async () => {
		const { press, check, start, sent } = await checked(makeReferences());
		await press('references-empty');
		await check();
		await press('dry-run');
		await start();
		expect(sent()).toMatchObject({ dry_run: false, references: 'refuse' });
	});

	it('can bring only the rows that they point at, with a new check', async () => {
		const { find, press, sent, start } = await checked(makeReferences());
		api.post.mockResolvedValueOnce({ data: makeCheck() });
		await press('bring-references');
		expect(api.post).toHaveBeenCalledTimes(2);
		expect(sent()).toMatchObject({ references: 'bring' });
		expect(sent().options).not.toContain('users');
		expect(find('check-references').exists()).toBe(false);
		await press('dry-run');
		await start();
		expect(sent()).toMatchObject({ dry_run: false, references: 'bring' });
	});

	it('says why it is refused when they came up after the check', async () => {
		const { press, find } = await checked();
		await press('dry-run');
		api.post.mockRejectedValueOnce(
			answerOf(409, 'REFERENCES_NOT_INCLUDED', '3 references point at 1 user.', 'references'),
		);
		await press('start');
		expect(find('failure').text()).toContain('3 references point at 1 user.');
		expect(find('failure').text()).toContain('A new check in the form lists these references.');
	});
});

describe('a preset', () => {
	async function withPreset(changes: Partial<Preset>) {
		const form = await openForm(api, {
			configuration: makeConfiguration({ presets: [makePreset(changes)] }),
		});
		await form.choose(1);
		await form.check(makeCheck({ references: [makeReferences()] }));
		return form;
	}

	it('brings the choice', async () => {
		const { find, press, start, sent } = await withPreset({ references: 'empty' });
		expect(find('references-empty').attributes('aria-checked')).toBe('true');
		expect(find('preset-update').exists()).toBe(false);
		await press('dry-run');
		await start();
		expect(sent()).toMatchObject({ dry_run: false, references: 'empty' });
	});

	it('keeps the choice, and what was checked stays so', async () => {
		const { find, press, sent, disabled } = await withPreset({});
		await press('references-empty');
		expect(find('preset-update').exists()).toBe(true);
		api.patch.mockResolvedValueOnce({ data: makePreset({ references: 'empty' }) });
		await press('preset-update');
		expect(sent('patch')).toMatchObject({ references: 'empty' });
		expect(find('preset-update').exists()).toBe(false);
		expect(find('references-empty').attributes('aria-checked')).toBe('true');
		await press('dry-run');
		expect(disabled('start')).toBe(false);
	});
});
