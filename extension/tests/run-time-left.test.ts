import { expect, it } from 'vitest';
import { formatAbout } from '../src/module/format';
import { secondsLeft } from '../src/module/run/time-left';
import type { Stage } from '../src/contract';

const RATES = { rows_per_second: 10, bytes_per_second: 0 };
const stage = (name: Stage['name'], status: Stage['status'], done = 0, total = 0): Stage => ({
	name,
	status,
	done,
	total,
	seconds: 0,
});

it('counts what is left of the stage and as many rows again for a verification that waits', () => {
	const stages = [stage('apply', 'running', 100, 400), stage('verify', 'pending')];
	expect(secondsLeft(stages, RATES)).toBe(70);
});

it('takes the total of a waiting stage where it is known', () => {
	expect(
		secondsLeft([stage('apply', 'running', 0, 400), stage('verify', 'pending', 0, 100)], RATES),
	).toBe(50);
});

it('counts no stage that a dry run does not need', () => {
	expect(secondsLeft([stage('plan', 'running', 0, 400), stage('apply', 'skipped')], RATES)).toBe(
		40,
	);
});

it('says nothing while total or speed are unknown, and after the end', () => {
	expect(secondsLeft([stage('extract', 'running')], RATES)).toBeNull();
	expect(
		secondsLeft([stage('apply', 'running', 0, 400)], { ...RATES, rows_per_second: 0 }),
	).toBeNull();
	expect(secondsLeft([stage('verify', 'done', 400, 400)], RATES)).toBeNull();
});

it.each([
	[0, 'about 5 s'],
	[31, 'about 35 s'],
	[61, 'about 2 min'],
	[3_600, 'about 1 h 0 min'],
	[5_000, 'about 1 h 24 min'],
])('%s seconds are %s', (seconds, words) => expect(formatAbout(seconds)).toBe(words));
