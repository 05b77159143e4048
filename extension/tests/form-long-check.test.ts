// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckState } from '../src/contract';
import { FOLLOW_MS } from '../src/module/form/follow-check';
import { makeCheck } from './fixtures';
import { openForm } from './form-harness';

const api = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn(), patch: vi.fn(), delete: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));

const READING = 'Reading the data models of both sides';
const LOOKING = 'Looking at the tables of both sides';

enableAutoUnmount(afterEach);
beforeEach(() => {
	vi.resetAllMocks();
	vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

function makeState(changes: Partial<CheckState['check']> = {}): CheckState {
	const running = { id: 'one', state: 'running', doing: READING, seconds: 25 } as const;
	return { check: { ...running, result: null, failure: null, ...changes } };
}

/** A form whose check takes long. `answers` follow, the last one again and again. */
async function openLongCheck(...answers: CheckState[]) {
	const form = await openForm(api);
	const ordinary = api.get.getMockImplementation()!;
	api.get.mockImplementation(async (path: string, options: object) => {
		if (path !== '/migration/checks/one') return ordinary(path, options);
		return { data: answers.length > 1 ? answers.shift() : answers[0] };
	});
	await form.type('http://destination', 'token');
	api.post.mockResolvedValueOnce({ data: makeState() });
	await form.press('check');
	return form;
}

async function later() {
	await vi.advanceTimersByTimeAsync(FOLLOW_MS);
	await flushPromises();
}

describe('a check that takes long', () => {
	it('says what it does until its result is there', async () => {
		const done = makeState({ state: 'done', result: makeCheck() });
		const { find, disabled } = await openLongCheck(makeState({ doing: LOOKING }), done);
		expect(find('checking').text()).toBe(`${READING} …`);
		expect(disabled('check')).toBe(true);
		await later();
		expect(find('checking').text()).toBe(`${LOOKING} …`);
		await later();
		expect(find('checking').exists()).toBe(false);
		expect(find('check-result').exists()).toBe(true);
		expect(disabled('start')).toBe(false);
	});

	it('shows the error that it ends with', async () => {
		const error = { message: 'The token is wrong.', code: 'TOKEN_REFUSED' };
		const failure = { status: 400, errors: [{ ...error, field: 'destination_token' }] };
		const { page, find } = await openLongCheck(makeState({ state: 'failed', failure }));
		await later();
		expect(find('checking').exists()).toBe(false);
		expect(page.text()).toContain('The token is wrong.');
	});

	it('is cancelled when another one takes its place', async () => {
		const { press } = await openLongCheck(makeState());
		api.post.mockResolvedValueOnce({ data: makeCheck() });
		await press('option-users');
		api.post.mockResolvedValueOnce({ data: makeState({ state: 'cancelled' }) });
		await later();
		expect(api.post).toHaveBeenLastCalledWith('/migration/checks/one/cancel', undefined);
	});

	it('is cancelled when the person leaves the page', async () => {
		const { page } = await openLongCheck(makeState());
		page.unmount();
		await later();
		expect(api.post).toHaveBeenLastCalledWith('/migration/checks/one/cancel', undefined);
	});
});
