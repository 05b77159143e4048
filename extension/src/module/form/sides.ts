import type { CheckResult } from '../../contract';
import type { Failure } from '../failure';

/** One property of one side. `good` is null if there is nothing to judge. */
export interface Fact {
	text: string;
	good: boolean | null;
}

export interface Comparison {
	label: string;
	source: Fact;
	destination: Fact;
}

const YES: Fact = { text: 'Yes', good: true };
const NO: Fact = { text: 'No', good: false };
const UNKNOWN: Fact = { text: 'Not checked', good: null };

const NOT_REACHED = [
	'DESTINATION_UNREACHABLE',
	'DESTINATION_TLS_FAILED',
	'SOURCE_UNREACHABLE',
	'SOURCE_TLS_FAILED',
	'NOT_A_DIRECTUS',
];
const NOT_ADMITTED = ['TOKEN_REFUSED', 'NOT_AN_ADMINISTRATOR'];

/** Both sides of a completed check, which has reached both as an administrator. */
export function sidesOf({ source, destination }: CheckResult): Comparison[] {
	return [
		{ label: 'URL', source: plain(source.url), destination: plain(destination.url) },
		{ label: 'Reachable', source: YES, destination: YES },
		{ label: 'Administrator', source: YES, destination: YES },
		compared('Directus version', source.version, destination.version),
		compared('Database', source.vendor, destination.vendor),
	];
}

/** Both sides of a refused check; null if it is not about a side. The source is checked first. */
export function sidesOfRefused(
	{ code, field }: Failure,
	urls: { source: string; destination: string },
): Comparison[] | null {
	const admitted = NOT_ADMITTED.includes(code);
	if (field === null || !(admitted || NOT_REACHED.includes(code))) return null;
	const failing = { reachable: admitted ? YES : NO, administrator: admitted ? NO : UNKNOWN };
	const here = field.startsWith('source_') ? failing : { reachable: YES, administrator: YES };
	const there = field.startsWith('source_')
		? { reachable: UNKNOWN, administrator: UNKNOWN }
		: failing;

	return [
		{ label: 'URL', source: plain(urls.source), destination: plain(urls.destination) },
		{ label: 'Reachable', source: here.reachable, destination: there.reachable },
		{ label: 'Administrator', source: here.administrator, destination: there.administrator },
		{ label: 'Directus version', source: UNKNOWN, destination: UNKNOWN },
		{ label: 'Database', source: UNKNOWN, destination: UNKNOWN },
	];
}

function plain(text: string): Fact {
	return { text, good: null };
}

function compared(label: string, here: string, there: string): Comparison {
	if (here === there)
		return {
			label,
			source: { text: here, good: true },
			destination: { text: there, good: true },
		};
	return { label, source: plain(here), destination: { text: `${there} (differs)`, good: false } };
}
