import type { RunSummary } from '../../contract';
import { formatBytes, formatCount } from '../format';

/** What the history shows; an empty text for all. */
export interface RunFilter {
	status: string;
	destination: string;
	person: string;
	kind: string;
}

export const NO_FILTER: RunFilter = { status: '', destination: '', person: '', kind: '' };

export function isFiltered(filter: RunFilter): boolean {
	return Object.values(filter).some((value) => value !== '');
}

export function filterRuns(runs: RunSummary[], filter: RunFilter): RunSummary[] {
	return runs.filter(
		(run) =>
			['', run.status].includes(filter.status) &&
			['', run.destination_url].includes(filter.destination) &&
			['', run.user_name].includes(filter.person) &&
			['', run.dry_run ? 'dry' : 'real'].includes(filter.kind),
	);
}

/** The values of `pick` that occur, as choices. */
export function choicesOf(
	runs: RunSummary[],
	pick: (run: RunSummary) => string,
	textOf: (value: string) => string = (value) => value,
): { value: string; text: string }[] {
	return [...new Set(runs.map(pick))]
		.filter((value) => value !== '')
		.map((value) => ({ value, text: textOf(value) }))
		.sort((one, other) => one.text.localeCompare(other.text));
}

/** The result of a run in numbers, such as "838 created, 6 skipped"; empty if there is none. */
export function resultOf({ dry_run, totals }: RunSummary): string {
	const parts: [number, string][] = dry_run
		? [
				[totals.create, 'to create'],
				[totals.unchanged, 'unchanged'],
				[totals.conflicting, 'conflicting'],
			]
		: [
				[totals.created, 'created'],
				[totals.skipped, 'skipped'],
			];
	const texts = parts
		.filter(([count]) => count > 0)
		.map(([count, text]) => `${formatCount(count)} ${text}`);
	if (totals.bytes > 0) texts.push(formatBytes(totals.bytes));
	return texts.join(', ');
}
