import type { CheckResult } from '../../contract';
import type { Failure } from '../failure';

/** What is known of one side in one respect; `good` is null where there is nothing to judge. */
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

const NOT_REACHED = ['DESTINATION_UNREACHABLE', 'DESTINATION_TLS_FAILED', 'SOURCE_UNREACHABLE', 'SOURCE_TLS_FAILED', 'NOT_A_DIRECTUS'];
const NOT_ADMITTED = ['TOKEN_REFUSED', 'NOT_AN_ADMINISTRATOR'];

/** Both sides of a check that went through, so both were reached with an administrator's token. */
export function sidesOf({ source, destination }: CheckResult): Comparison[] {
	return [
		{ label: 'URL', source: plain(source.url), destination: plain(destination.url) },
		{ label: 'Reachable', source: YES, destination: YES },
		{ label: 'Administrator', source: YES, destination: YES },
		compared('Directus version', source.version, destination.version),
		compared('Database', source.vendor, destination.vendor),
	];
}

/** What a refused check tells of both sides: this project is looked at first. Null where it tells nothing. */
export function sidesOfRefused({ code, field }: Failure, urls: { source: string; destination: string }): Comparison[] | null {
	const admitted = NOT_ADMITTED.includes(code);
	if (field === null || !(admitted || NOT_REACHED.includes(code))) return null;
	const failing = { reachable: admitted ? YES : NO, administrator: admitted ? NO : UNKNOWN };
	const here = field.startsWith('source_') ? failing : { reachable: YES, administrator: YES };
	const there = field.startsWith('source_') ? { reachable: UNKNOWN, administrator: UNKNOWN } : failing;

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
	if (here === there) return { label, source: { text: here, good: true }, destination: { text: there, good: true } };
	return { label, source: plain(here), destination: { text: `${there} (differs)`, good: false } };
}
