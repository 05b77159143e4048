import type { HeldBack, Pace } from '../../contract';
import { formatCount } from '../format';

const REASONS: Record<HeldBack, string> = {
	ASKED_TO_WAIT: 'asked to wait a moment',
	REFUSED_LATELY: 'rejected requests lately',
	RATE_LIMIT: 'rate limit, or MIGRATION_MAX_REQUESTS_PER_SECOND',
	LATENCY: 'response time',
	MOST_CONCURRENCY: 'requests in parallel (MIGRATION_MAX_CONCURRENCY)',
};

/** The request rate of one instance, in words; empty while unknown. */
export function paceText(pace: Pace | undefined): string {
	if (pace === undefined) return '';
	const { requests_per_second: rate, concurrency } = pace;
	return `${formatCount(rate)} requests/s, ${formatCount(concurrency)} in parallel`;
}

/** What limits the speed, such as "destination response time"; empty if nothing does. */
export function heldBackText(paces: Partial<Record<'source' | 'destination', Pace>>): string {
	return (['destination', 'source'] as const)
		.flatMap((side) => {
			const reason = paces[side]?.held_back ?? null;
			return reason === null ? [] : [`${side} ${REASONS[reason]}`];
		})
		.join('; ');
}
