// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { expect, it } from 'vitest';
import RunLog from '../src/module/run/run-log.vue';
import type { LogLine } from '../src/contract';
import { directusComponents } from './directus-components';

const line = (level: LogLine['level'], message: string): LogLine => ({
	at: '2026-01-01T10:00:00Z',
	level,
	stage: 'apply',
	message,
});
const LINES = [
	line('info', 'posts: 10 of 20'),
	line('warning', 'posts 7: refused'),
	line('error', '<img src=x>'),
];

function show(lines = LINES) {
	const log = mount(RunLog, { props: { lines }, global: { components: directusComponents } });
	const find = (name: string) => log.find(`[data-test="${name}"]`);
	return {
		log,
		find,
		shown: () => log.findAll('[data-level].line').map((row) => row.attributes('data-level')),
	};
}

it('shows all lines, as text', () => {
	const { log, find, shown } = show();
	expect(shown()).toEqual(['info', 'warning', 'error']);
	expect(find('log').text()).toContain('<img src=x>');
	expect(log.find('img').exists()).toBe(false);
	expect(find('log-count').text()).toBe('3 of 3 lines');
});

it('filters by level', async () => {
	const { log, find, shown } = show();
	await find('log-level').find('[data-level="warning"]').trigger('click');
	expect(shown()).toEqual(['warning', 'error']);
	expect(log.find('[aria-pressed="true"]').text()).toBe('Warnings and errors');
	await find('log-level').find('[data-level="error"]').trigger('click');
	expect(find('log-count').text()).toBe('1 of 3 lines');
});

it('filters by text in any case', async () => {
	const { find, shown } = show();
	await find('log-search').setValue('POSTS');
	expect(shown()).toEqual(['info', 'warning']);
	await find('log-search').setValue('nothing like it');
	expect(find('log').text()).toContain('No line matches.');
	await find('log-search').setValue('');
	expect(shown()).toHaveLength(3);
});

it('says that there are no lines yet', () => {
	expect(show([]).find('log').text()).toBe('No lines yet.');
});

it('says when older lines are not kept', () => {
	expect(
		show(Array(2_000).fill(line('info', 'x')))
			.find('log-count')
			.text(),
	).toBe('2,000 of the last 2,000 lines');
});
