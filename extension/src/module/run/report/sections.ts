import type { Instance, Resource } from '../../../contract';
import { existingWords } from '../../form/existing-words';
import { labelOf } from '../../form/options';
import { selectedWords } from '../../form/selection-words';
import { countOf, formatBytes, formatCount, formatMoment, formatSeconds } from '../../format';
import { schemaWords } from '../../schema-words';
import { joinColumns } from '../note-groups';
import { columnsOf, numbersOf, shownNumber, sumOf, type Numbers } from '../numbers';
import { REFERENCE_WORDS } from '../reference-words';
import type { Report } from './collect';

/** The texts of the report's page. */

export interface ReportTable {
	title: string;
	headings: string[];
	rows: string[][];
}

export function factsOf(run: Report['run']): [string, string][] {
	const selected = selectedWords(run, String);
	return [
		['Source', run.source === null ? 'not reached' : describe(run.source)],
		['Destination', run.destination === null ? run.destination_url : describe(run.destination)],
		['Started', formatMoment(run.created_at) + (run.user_name && ` by ${run.user_name}`)],
		['Took', formatSeconds(run.seconds)],
		['Options', run.options.map(labelOf).join(', ') || 'None'],
		...(selected === '' ? [] : [['Selection', selected] as [string, string]]),
		['Existing rows', existingWords(run, String) || 'Skip'],
		['Force', run.force ? 'On' : 'Off'],
		['References', REFERENCE_WORDS[run.references]],
		['Schema', schemaWords(run)],
		['Run', run.id],
	];
}

function describe({ url, version, vendor }: Instance): string {
	return `${url}, Directus ${version} on ${vendor}`;
}

export function tablesOf({ run, log, checksums }: Report): ReportTable[] {
	return [
		resourcesOf(run),
		{
			title: 'Evidence',
			headings: [
				'Resource',
				'Different',
				'Failed',
				'Expected SHA-256',
				'SHA-256 at the destination',
				'Result',
				'Compared',
			],
			rows: run.resources
				.filter(({ source_digest }) => source_digest !== null)
				.map(evidenceOf),
		},
		{
			title: 'Checksums of transferred files, read back from the destination',
			headings: ['File', 'Size', 'SHA-256'],
			rows: checksums.map(({ name, size, sha256 }) => [name, formatBytes(size), sha256]),
		},
		{
			title: problemsTitleOf(run),
			headings: ['Resource', 'Key', 'Problem', 'Code'],
			rows: run.problems.map(({ resource, key, message, code }) => [
				resource ?? '',
				key ?? '',
				message,
				code,
			]),
		},
		{
			title: 'Notes',
			headings: ['Resource', 'Note', 'Rows'],
			rows: joinColumns(run.notes).map(({ resource, message, count }) => [
				resource,
				message,
				formatCount(count),
			]),
		},
		{
			title: 'Log',
			headings: ['At', 'Level', 'Stage', 'Message'],
			rows: log.map(({ at, level, stage, message }) => [at, level, stage ?? '', message]),
		},
	];
}

function problemsTitleOf({ problem_count, problems }: Report['run']): string {
	const all = countOf(problem_count, 'problem', 'problems');
	return problems.length < problem_count
		? `${all}, the first ${formatCount(problems.length)} of them`
		: all;
}

function resourcesOf({ resources, dry_run }: Report['run']): ReportTable {
	const columns = columnsOf(resources, { dryRun: dry_run });
	const rowOf = (name: string, numbers: Numbers) => [
		name,
		...columns.map(({ key }) => shownNumber(numbers, key)),
	];
	const rows = resources.map((resource) => rowOf(resource.name, numbersOf(resource)));
	return {
		title: 'Resources',
		headings: ['Resource', ...columns.map(({ label }) => label)],
		rows: rows.length === 0 ? [] : [...rows, rowOf('All', sumOf(resources))],
	};
}

function evidenceOf(resource: Resource): string[] {
	const { name, different, failed, source_digest, destination_digest } = resource;
	const verdict = source_digest === destination_digest ? 'the same' : 'different';
	const digests = [source_digest ?? '', destination_digest ?? 'none'];
	return [
		name,
		formatCount(different),
		formatCount(failed),
		...digests,
		verdict,
		comparisonOf(resource),
	];
}

function comparisonOf({ comparison, compared_by }: Resource): string {
	return comparison === 'exact' ? 'exactly' : `by meaning: ${compared_by.join('; ')}`;
}
