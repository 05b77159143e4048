import type { Resource, Run } from '../../types';
import { countOf, formatCount, formatSeconds } from '../format';

type Numbers = { [K in keyof Resource]: Resource[K] extends number ? K : never }[keyof Resource];

/** How a run ended, in one or two sentences; empty while it is under way. */
export function describeOutcome(run: Run): string {
	switch (run.status) {
		case 'completed':
			return run.dry_run ? `${dryNumbers(run)} Nothing was written.` : `Everything arrived. ${realNumbers(run)}`;
		case 'completed_with_problems':
			return `${problems(run)} ${run.dry_run ? `${dryNumbers(run)} Nothing was written.` : realNumbers(run)}`;
		case 'refused':
			return 'Nothing was written to the destination.';
		case 'failed':
			return run.dry_run
				? 'The dry run could not be finished. Nothing was written.'
				: `It stopped on the way. ${realNumbers(run)} Start it again: it continues where it left off.`;
		case 'cancelled':
			return run.dry_run
				? 'Nothing was written.'
				: `${realNumbers(run)} What arrived stays there; a new run continues from here.`;
		default:
			return '';
	}
}

function problems(run: Run): string {
	return `${countOf(run.problem_count, 'problem is', 'problems are')} listed below.`;
}

function dryNumbers({ resources, seconds }: Run): string {
	const parts = [
		`${countOf(total(resources, 'create'), 'row or file', 'rows and files')} would be created`,
		`${formatCount(total(resources, 'unchanged'))} are there already`,
		`${formatCount(total(resources, 'conflicting'))} conflict`,
		`${formatCount(total(resources, 'missing_reference'))} miss a reference`,
	];
	return `${sentence(parts)} (${formatSeconds(seconds)}).`;
}

function realNumbers({ resources, seconds }: Run): string {
	if (resources.length === 0) return 'No row was written.';
	const parts = [
		`${countOf(total(resources, 'created'), 'row or file', 'rows and files')} created`,
		`${formatCount(total(resources, 'skipped'))} skipped`,
		`${formatCount(total(resources, 'failed'))} failed`,
		`${formatCount(total(resources, 'verified'))} verified`,
		`${formatCount(total(resources, 'different'))} different`,
	];
	return `${sentence(parts)} (${formatSeconds(seconds)}).`;
}

function total(resources: Resource[], column: Numbers): number {
	return resources.reduce((sum, resource) => sum + resource[column], 0);
}

function sentence(parts: string[]): string {
	return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
