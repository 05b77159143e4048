// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerOf, makeCheck } from './fixtures';
import { openForm, type OpenForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

enableAutoUnmount(afterEach);
beforeEach(() => vi.resetAllMocks());

async function filledIn() {
	const form = await openForm(api);
	await form.type('http://destination', 'token');
	return form;
}

/** The comparison as rows of text: label, this project, destination. */
function sides({ find }: OpenForm) {
	return find('check-sides')
		.findAll('tbody tr')
		.map((row) => row.findAll('th, td').map((cell) => cell.text()));
}

describe('a check that went through', () => {
	it('puts both sides next to each other', async () => {
		const form = await filledIn();
		await form.check();
		expect(sides(form)).toEqual([
			['URL', 'http://source', 'http://destination'],
			['Reachable', 'Yes', 'Yes'],
			['Administrator', 'Yes', 'Yes'],
			['Directus version', '12.4.0', '12.4.0'],
			['Database', 'sqlite', 'sqlite'],
		]);
		expect(form.find('check-sides').findAll('.bad')).toHaveLength(0);
	});

	it('marks what differs, in words too', async () => {
		const form = await filledIn();
		const destination = { url: 'http://destination', version: '12.3.0', vendor: 'sqlite' };
		await form.check(makeCheck({ destination, compatible: false, force_would_help: true }));
		expect(sides(form)[3]).toEqual(['Directus version', '12.4.0', '12.3.0 (differs)']);
		expect(form.find('check-sides').findAll('.bad')).toHaveLength(1);
	});

	it('counts what the schema changes, and names it where asked', async () => {
		const { check, find } = await filledIn();
		await check(
			makeCheck({
				schema_names: { added: ['posts', 'posts.title'], changed: [], kept: ['legacy'] },
			}),
		);
		expect(
			['added', 'changed', 'kept'].map((key) =>
				find('check-schema').find(`[data-count=${key}]`).text(),
			),
		).toEqual(['2 collections, 9 fields, 1 relation', '3', '1']);
		expect(find('check-names').element.tagName).toBe('DETAILS');
		expect(
			find('check-names')
				.findAll('li')
				.map((name) => name.text()),
		).toEqual(['posts', 'posts.title', 'legacy']);
	});

	it('says when the schemas cannot be compared', async () => {
		const { check, find } = await filledIn();
		await check(makeCheck({ schema: null, schema_names: null }));
		expect(find('check-schema').exists()).toBe(false);
		expect(find('check-result').text()).toContain('could not be compared');
	});

	it('shows the licence where there is one, and marks what goes over it', async () => {
		const { check, find } = await filledIn();
		await check();
		expect(find('check-licence').exists()).toBe(false);

		const limits = [
			{ name: 'flows', allowed: 5, present: 4, brought: 3 },
			{ name: 'seats', allowed: null, present: 9, brought: 1 },
		];
		await check(makeCheck({ licence: limits }));
		const row = (name: string) => find('check-licence').find(`[data-limit=${name}]`);
		expect(row('flows').attributes('data-over')).toBe('true');
		expect(row('flows').text()).toContain('2 too many');
		expect(row('seats').attributes('data-over')).toBe('false');
		expect(row('seats').text()).toContain('No limit');
	});

	it('says that the licence forbids the migration, and offers neither Force nor Start', async () => {
		const { check, find, disabled } = await filledIn();
		const finding = { code: 'LICENSE_COLLECTIONS', message: 'The licence allows 25 collections.' };
		await check(makeCheck({ compatible: false, findings: [finding], blocking: [finding] }));
		expect(find('check-result').text()).toContain('licence does not allow this migration');
		expect(find('check-result').text()).toContain('allows 25 collections');
		expect(find('force').exists()).toBe(false);
		expect(disabled('start')).toBe(true);
	});

	it('warns of what the licence does not cover, and lets a run start all the same', async () => {
		const { check, find, disabled } = await filledIn();
		const message = "The destination's licence allows 5 active flows.";
		await check(makeCheck({ findings: [{ code: 'LICENSE_FLOWS', message }] }));
		expect(find('check-result').text()).toContain('licence does not cover everything');
		expect(find('check-result').text()).toContain(message);
		expect(disabled('start')).toBe(false);
	});
});

describe('schemas that conflict', () => {
	const message =
		'posts: one thing at the source and another at the destination. Rename or remove one';
	const findings = [
		{ code: 'LICENSE_FLOWS', message: 'The licence allows 5 active flows.' },
		{ code: 'SCHEMA_CONFLICT', message },
	];

	it('are named first, as what prevents a migration', async () => {
		const { check, find, disabled, press } = await filledIn();
		await check(makeCheck({ compatible: false, findings }));
		const lines = find('check-result').findAll('[data-code]');
		expect(lines.map((line) => line.attributes('data-code'))).toEqual([
			'SCHEMA_CONFLICT',
			'LICENSE_FLOWS',
		]);
		expect(lines[0]?.text()).toBe(`Prevents a migration. ${message}`);
		expect(lines[1]?.text()).not.toContain('Prevents');
		expect(disabled('start')).toBe(true);
		await press('dry-run');
		expect(disabled('start')).toBe(true);
		expect(find('start-obstacle').text()).toBe(
			'Resolve what the check found, then check again.',
		);
		expect(find('force').exists()).toBe(false);
	});

	it('are neither two sides that fit together nor two that differ', async () => {
		const { check, find } = await filledIn();
		await check(makeCheck({ compatible: false, findings }));
		expect(find('check-result').find('.verdict').text()).toBe(
			'The two schemas conflict, so a migration is not possible. ' +
				'Resolve what is listed here, then check again.',
		);
	});
});

describe('what Force will do', () => {
	const force = [
		{ code: 'LOOK_AT', message: 'Try the flows' },
		{ code: 'TRAVELS', message: 'Everything travels' },
		{ code: 'CANNOT_TRAVEL', message: 'directus_folders.type stays behind' },
		{
			code: 'TYPES_CHANGE',
			message: '3 fields that are char here become uuid at the destination: posts.id',
		},
	];

	it('is said in groups under the switch, before anything is started', async () => {
		const { check, find } = await filledIn();
		await check(makeCheck({ compatible: false, force_would_help: true, force }));
		const words = find('force-words');
		expect(words.findAll('h4').map((title) => title.text())).toEqual([
			'What happens',
			'What is not migrated',
			'What to check afterwards',
		]);
		expect(words.findAll('section li').map((line) => line.text())).toEqual([
			'Everything travels.',
			'directus_folders.type stays behind.',
			'Try the flows.',
		]);
		expect(find('force-types').element.tagName).toBe('DETAILS');
		expect(
			find('force-types')
				.findAll('li')
				.map((line) => line.text()),
		).toEqual([force[3]?.message]);
	});

	it('is not said where nothing differs', async () => {
		const { check, find } = await filledIn();
		await check();
		expect(find('force-words').exists()).toBe(false);
	});
});

describe('a check that was refused', () => {
	it('says why, as text, and at which field', async () => {
		const { failCheck, find } = await filledIn();
		await failCheck(answerOf(422, 'TOKEN_REFUSED', '<b>Refused</b>', 'destination_token'));
		expect(find('failure').text()).toContain('<b>Refused</b>');
		expect(find('destination-token').attributes('aria-invalid')).toBe('true');
	});

	it.each([
		['DESTINATION_UNREACHABLE', 'destination_url', ['Yes', 'No'], ['Yes', 'Not checked']],
		['DESTINATION_TLS_FAILED', 'destination_url', ['Yes', 'No'], ['Yes', 'Not checked']],
		['NOT_A_DIRECTUS', 'destination_url', ['Yes', 'No'], ['Yes', 'Not checked']],
		['TOKEN_REFUSED', 'destination_token', ['Yes', 'Yes'], ['Yes', 'No']],
		['NOT_AN_ADMINISTRATOR', 'destination_token', ['Yes', 'Yes'], ['Yes', 'No']],
		['SOURCE_UNREACHABLE', 'source_url', ['No', 'Not checked'], ['Not checked', 'Not checked']],
		['NOT_AN_ADMINISTRATOR', 'source_token', ['Yes', 'Not checked'], ['No', 'Not checked']],
	])('shows what is known after %s of %s', async (code, field, reachable, administrator) => {
		const form = await filledIn();
		await form.failCheck(answerOf(422, code, 'Refused', field));
		expect(sides(form)[1]).toEqual(['Reachable', ...reachable]);
		expect(sides(form)[2]).toEqual(['Administrator', ...administrator]);
		expect(form.disabled('start')).toBe(true);
	});

	it('says how long to wait after too many checks, and can be pressed again', async () => {
		const { failCheck, check, find, disabled } = await filledIn();
		const message =
			'More than 30 checks a minute by one user are not allowed; try again in 17 seconds';
		await failCheck(answerOf(429, 'TOO_MANY_REQUESTS', message));
		expect(find('failure').text()).toContain('try again in 17 seconds');
		expect(
			['destination-url', 'destination-token'].map((name) =>
				find(name).attributes('aria-invalid'),
			),
		).not.toContain('true');
		expect(find('check-sides').exists()).toBe(false);
		expect(disabled('check')).toBe(false);
		await check();
		expect(find('failure').exists()).toBe(false);
		expect(disabled('start')).toBe(false);
	});

	it('compares nothing after any other refusal', async () => {
		const { failCheck, find } = await filledIn();
		await failCheck(answerOf(422, 'DESTINATION_IS_SOURCE', 'The same', 'destination_url'));
		expect(find('failure').exists()).toBe(true);
		expect(find('check-sides').exists()).toBe(false);
	});
});
