import type { HeldBack, Pace } from '../../contract';
import { formatCount } from '../format';

const REASONS: Record<HeldBack, string> = {
	ASKED_TO_WAIT: 'it asked to wait a moment',
	REFUSED_LATELY: 'it rejected too many requests lately, so the rate grows slowly',
	RATE_LIMIT: 'its rate limit or MIGRATION_MAX_REQUESTS_PER_SECOND allows no more',
	LATENCY: 'more requests at once would only wait there',
	MOST_CONCURRENCY: 'MIGRATION_MAX_CONCURRENCY allows no more requests at once',
};

/** The request rate of one instance, in words; empty while unknown. */
export function paceText(pace: Pace | undefined): string {
	if (pace === undefined) return '';
	const { requests_per_second: rate, concurrency } = pace;
	return `${formatCount(rate)} requests/s, up to ${formatCount(concurrency)} at once`;
}

/** What slows the run down, and on which side; empty if nothing does. */
export function heldBackText(paces: Partial<Record<'source' | 'destination', Pace>>): string {
	return (['destination', 'source'] as const)
		.flatMap((side) => {
			const reason = paces[side]?.held_back ?? null;
			return reason === null ? [] : [`By the ${side}: ${REASONS[reason]}`];
		})
		.join('. ');
}
