import type { RunSummary } from '../../contract';
import { countOf } from '../format';

/** How a run ended, in words; the numbers are shown beside. Empty while it is under way. */
export function describeOutcome(run: RunSummary): string {
	switch (run.status) {
		case 'completed':
			return run.dry_run ? 'No problem was found. Nothing was written.' : 'Everything arrived and was verified.';
		case 'completed_with_problems':
			return `${problemsOf(run)}${run.dry_run ? ' Nothing was written.' : ''}`;
		case 'refused': {
			const resumed = run.attempt > 1 && !run.dry_run;
			const written = resumed ? 'What arrived before stays there.' : 'Nothing was written to the destination.';
			return run.problem_count > 0 ? `${problemsOf(run)} ${written}` : written;
		}
		case 'failed':
			return run.dry_run
				? 'The dry run could not be finished. Nothing was written.'
				: 'It stopped on the way. What arrived stays there.';
		case 'interrupted':
		case 'cancelled':
			return run.dry_run ? 'Nothing was written.' : 'What arrived stays there.';
		default:
			return '';
	}
}

function problemsOf({ problem_count }: RunSummary): string {
	return `${countOf(problem_count, 'problem is', 'problems are')} listed below.`;
}
