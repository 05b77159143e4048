import type { Rates, Stage } from '../../contract';

/**
 * Seconds until a run ends, from the rows that are left and the present speed; null while nobody can tell. A waiting
 * verification has no total of its own yet: it handles as many rows as the stage before it.
 */
export function secondsLeft(stages: Stage[], rates: Rates): number | null {
	const running = stages.find(({ status }) => status === 'running');
	if (running === undefined || running.total === 0 || rates.rows_per_second <= 0) return null;
	const waiting = stages
		.filter(({ status }) => status === 'pending')
		.reduce((rows, stage) => rows + (stage.total || running.total), 0);
	return (Math.max(0, running.total - running.done) + waiting) / rates.rows_per_second;
}
