import type { RunSummary } from '../../contract';

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
