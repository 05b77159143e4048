import type { RunSummary } from '../../contract';
import { countOf, formatCount } from '../format';

/** The sidecar lists no more problems of a run. */
const MAX_LISTED = 10_000;

/** How a run ended, in words; empty while it is active. */
export function describeOutcome(run: RunSummary): string {
	switch (run.status) {
		case 'completed':
			return run.dry_run
				? `No problem was found. ${run.summary ?? 'Nothing was written.'}`
				: (run.summary ?? verifiedOf(run));
		case 'completed_with_problems':
			return `${problemsOf(run)} ${run.summary ?? (run.dry_run ? 'Nothing was written.' : '')}`.trim();
		case 'refused': {
			const resumed = run.attempt > 1 && !run.dry_run;
			const written = resumed
				? 'What was written before stays at the destination.'
				: 'Nothing was written to the destination.';
			return run.problem_count > 0 ? `${problemsOf(run)} ${written}` : written;
		}
		case 'failed':
			return run.dry_run
				? 'The dry run did not finish. Nothing was written.'
				: 'The run did not finish. What was written stays at the destination.';
		case 'interrupted':
		case 'cancelled':
			return run.dry_run
				? 'Nothing was written.'
				: 'What was written stays at the destination.';
		default:
			return '';
	}
}

function verifiedOf({ as_shown }: RunSummary): string {
	return as_shown
		? 'Everything that Directus shows arrived and was verified. The notes say what it does not show.'
		: 'Everything arrived and was verified.';
}

function problemsOf({ problem_count }: RunSummary): string {
	return problem_count > MAX_LISTED
		? `${formatCount(problem_count)} problems were found. The first ${formatCount(MAX_LISTED)} are listed under Problems.`
		: `${countOf(problem_count, 'problem is', 'problems are')} listed under Problems.`;
}
