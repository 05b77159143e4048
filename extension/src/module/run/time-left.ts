import type { Rates, Stage } from '../../contract';

/**
 * Estimates the seconds until a run ends from the remaining rows and the present speed; null while
 * unknown. A pending verification has no total yet: it handles as many rows as the stage before it.
 */
export function secondsLeft(stages: Stage[], rates: Rates): number | null {
	const running = stages.find(({ status }) => status === 'running');
	if (running === undefined || running.total === 0 || rates.rows_per_second <= 0) return null;
	const waiting = stages
		.filter(({ status }) => status === 'pending')
		.reduce((rows, stage) => rows + (stage.total || running.total), 0);
	return (Math.max(0, running.total - running.done) + waiting) / rates.rows_per_second;
}
