// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { expect, it } from 'vitest';
import { defineComponent, h, nextTick } from 'vue';
import type { Run } from '../src/contract';
import ThroughputChart from '../src/module/run/throughput-chart.vue';
import { startOf, toRows, toSeries } from '../src/module/run/throughput';
import { directusComponents } from './directus-components';
import { makeRun } from './fixtures';

const point = (seconds: number, rows: number, bytes = 0) => ({
	seconds,
	rows_per_second: rows,
	bytes_per_second: bytes,
});
const POINTS = [point(0, 0), point(1, 1_500, 2_000_000), point(2, 900, 1_000_000)];

const panel = defineComponent({
	props: ['data'],
	setup: ({ data }) => () => h('div', { class: 'panel-stub' }, String(data.length)),
});

function show(changes: Partial<Run>, panels = {}) {
	return mount(ThroughputChart, {
		props: { run: makeRun(changes) },
		global: { components: { ...directusComponents, ...panels } },
	});
}

it('draws rows and data per second with the panel of Directus, and says them in words', () => {
	const chart = show({ throughput: POINTS }, { 'panel-time-series': panel });
	expect(chart.findAll('.panel-stub').map((one) => one.text())).toEqual(['3', '3']);
	expect(chart.find('figure').attributes('aria-hidden')).toBe('true');
	expect(chart.text()).toContain('Over 2.0 s, at most 1,500 rows/s and 2 MB/s of files.');
});

it('draws no data per second where no file moved', () => {
	const points = [point(0, 0), point(1, 5), point(2, 9)];
	const chart = show({ throughput: points }, { 'panel-time-series': panel });
	expect(chart.findAll('figure')).toHaveLength(1);
	expect(chart.text()).toContain('at most 9 rows/s.');
});

it('leaves the table where Directus has no such panel, or where the panel fails', async () => {
	const failing = defineComponent({
		setup: () => () => {
			throw new Error('no chart');
		},
	});
	for (const panels of [{}, { 'panel-time-series': failing }]) {
		const chart = show({ throughput: POINTS }, panels);
		await nextTick();
		expect((chart.find('details').element as HTMLDetailsElement).open).toBe(true);
		expect(chart.find('table').text()).toContain('1,500');
		expect(chart.find('.panel-stub').exists()).toBe(false);
	}
});

it('shows nothing for so few points', () => {
	expect(show({ throughput: POINTS.slice(1) }).find('table').exists()).toBe(false);
});

it('groups points by the second in local time, and counts data in MB', () => {
	const start = new Date(2026, 0, 31, 23, 59, 58).getTime();
	expect(toSeries([point(3.2, 7, 2_500_000)], 'bytes_per_second', start)).toEqual([
		{
			group: {
				at_year: 2026,
				at_month: 2,
				at_day: 1,
				at_hour: 0,
				at_minute: 0,
				at_second: 1,
			},
			speed: { value: 2.5 },
		},
	]);
});

it('begins with the last attempt', () => {
	const at = (changes: Partial<Run>) => new Date(startOf(makeRun(changes))).toISOString();
	expect(at({})).toBe('2026-01-01T10:00:01.000Z');
	const resumed = { attempt: 2, ended_at: '2026-01-01T12:00:00Z', throughput: POINTS };
	expect(at(resumed)).toBe('2026-01-01T11:59:58.000Z');
});

it('takes means, so that the table has at most a dozen rows', () => {
	const rows = toRows(Array.from({ length: 120 }, (_, index) => point(index, index)));
	expect(rows).toHaveLength(12);
	expect(rows[0]).toEqual(point(9, 4.5));
});
