import type { Problem } from '../../contract';
import { countOf, formatCount } from '../format';

/** Problems of one kind in one collection. */
export interface ProblemGroup {
	id: string;
	resource: string | null;
	code: string;
	title: string;
	problems: Problem[];
}

const KINDS: Record<string, string> = {
	ABSENT: 'missing at the destination',
	AMBIGUOUS_IDENTITY: 'matched by more than one at the destination',
	CANNOT_HOLD: 'with a value that the destination cannot store',
	CHECKSUM_DIFFERS: 'that arrived with another checksum',
	MISSING_REFERENCE: 'without a required reference',
	RECORD_NOT_UNIQUE: 'with a value that must be unique',
	REFERENCES_NOT_INCLUDED: 'with references that are not included',
	UNREADABLE_ROW: 'that cannot be read',
};
const DIFFERING = ['CONFLICT', 'DIFFERENT'];
// How the sidecar names the columns in its messages.
const COLUMNS = [/: (.+?) differs? at the destination/, /differs? in (.+?)(?:, and| at the|\.|$)/];
const MAX_COLUMNS = 5;

/** Groups problems by collection and kind: what stopped the run first, then the largest. */
export function groupProblems(
	problems: Problem[],
	nameOf: (resource: string) => string,
): ProblemGroup[] {
	const groups = new Map<string, Problem[]>();
	for (const problem of problems) {
		const id = `${problem.resource ?? ''} ${problem.code}`;
		groups.set(id, [...(groups.get(id) ?? []), problem]);
	}
	return [...groups].map(([id, all]) => toGroup(id, all, nameOf)).sort(compare);
}

function compare(one: ProblemGroup, other: ProblemGroup): number {
	const first = Number(other.resource === null) - Number(one.resource === null);
	return first || other.problems.length - one.problems.length;
}

function toGroup(
	id: string,
	problems: Problem[],
	nameOf: (resource: string) => string,
): ProblemGroup {
	const { resource, code } = problems[0]!;
	return { id, resource, code, title: titleOf(problems, nameOf), problems };
}

function titleOf(problems: Problem[], nameOf: (resource: string) => string): string {
	const { resource, code, message } = problems[0]!;
	if (resource === null)
		return problems.length === 1
			? message
			: countOf(problems.length, 'problem of the run', 'problems of the run');
	const rows = `${formatCount(problems.length)} ${nameOf(resource)}`;
	if (DIFFERING.includes(code)) return `${rows} ${differenceOf(problems)}`;
	if (KINDS[code]) return `${rows} ${KINDS[code]}`;
	if (problems.every((problem) => problem.message === message)) return `${rows}: ${message}`;
	return `${rows}: ${code.toLowerCase().replaceAll('_', ' ')}`;
}

function differenceOf(problems: Problem[]): string {
	const columns = [...new Set(problems.flatMap(({ message }) => columnsIn(message)))];
	const verb = problems.length === 1 ? 'differs' : 'differ';
	if (columns.length === 0) return verb;
	const more = columns.length - MAX_COLUMNS;
	const shown = columns.slice(0, MAX_COLUMNS);
	if (more > 0) shown.push(`${more} more`);
	return `${verb} in ${shown.join(', ')}`;
}

function columnsIn(message: string): string[] {
	for (const pattern of COLUMNS) {
		const found = pattern.exec(message)?.[1];
		if (found) return found.split(', ');
	}
	return [];
}
