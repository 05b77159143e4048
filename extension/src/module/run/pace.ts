import type { HeldBack, Pace } from '../../contract';
import { formatCount } from '../format';

const REASONS: Record<HeldBack, string> = {
	ASKED_TO_WAIT: 'it asked to wait a moment',
	REFUSED_LATELY: 'it was asked for too much lately, so this grows slowly again',
	RATE_LIMIT: 'that is what its rate limit or MIGRATION_MAX_REQUESTS_PER_SECOND allows',
	LATENCY: 'more at once would only wait there',
	MOST_CONCURRENCY: 'MIGRATION_MAX_CONCURRENCY allows no more',
};

/** How fast an instance is asked, in words; empty while there is nothing to tell. */
export function paceText(pace: Pace | undefined): string {
	if (pace === undefined) return '';
	return `${formatCount(pace.requests_per_second)} requests/s, up to ${formatCount(pace.concurrency)} at once`;
}

/** What holds the run back, and on which side; empty when nothing does. The destination is told first. */
export function heldBackText(paces: Partial<Record<'source' | 'destination', Pace>>): string {
	return (['destination', 'source'] as const)
		.flatMap((side) => {
			const reason = paces[side]?.held_back ?? null;
			return reason === null ? [] : [`By the ${side}: ${REASONS[reason]}`];
		})
		.join('. ');
}
