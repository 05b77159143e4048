import type { CountedProblems, Problem } from '../../contract';
import { countOf, formatCount } from '../format';

/** Problems of one kind in one collection. */
export interface ProblemGroup {
	id: string;
	resource: string | null;
	code: string;
	title: string;
	/** All of them; `problems` has those that are loaded. */
	count: number;
	problems: Problem[];
}

/** What one row does / what several do. Where # stands for columns, the problem is about no row. */
const KINDS: Record<string, string> = {
	ABSENT: 'is/are missing at the destination',
	AMBIGUOUS_IDENTITY: 'matches/match more than one at the destination',
	CANNOT_HOLD: 'has/have a value that the destination cannot store',
	CHECKSUM_DIFFERS: 'arrived with another checksum',
	CONFLICT: 'differs/differ',
	DIFFERENT: 'differs/differ',
	MISSING_REFERENCE: 'lacks/lack a required reference',
	RECORD_NOT_UNIQUE: 'has/have a value that must be unique',
	REFERENCES_NOT_INCLUDED: 'references in # are not included',
	SCHEMA_REFUSED: 'the schema of # was refused',
	STAYS_NULLABLE: '# can still be null',
	UNREADABLE_FIELD: '# cannot be read',
	UNREADABLE_ROW: 'cannot be read',
};
const MAX_COLUMNS = 5;

/** Groups counted problems by collection and kind: what stopped the run first, then the largest. */
export function groupProblems(
	counted: CountedProblems[],
	problems: Problem[],
	nameOf: (resource: string) => string,
): ProblemGroup[] {
	const listed = groupById(problems);
	return [...groupById(counted)]
		.map(([id, parts]) => ({
			id,
			resource: parts[0]!.resource,
			code: parts[0]!.code,
			title: titleOf(merge(parts), nameOf),
			count: countIn(parts),
			problems: listed.get(id) ?? [],
		}))
		.sort(compare);
}

/** Counts problems that are listed, such as those that match a search. */
export function countEach(problems: Problem[]): CountedProblems[] {
	return problems.map(({ key: _, ...problem }) => ({ ...problem, count: 1 }));
}

export function countIn(counted: CountedProblems[]): number {
	return counted.reduce((sum, { count }) => sum + count, 0);
}

function groupById<T extends { resource: string | null; code: string }>(all: T[]) {
	const groups = new Map<string, T[]>();
	for (const one of all) {
		const id = `${one.resource ?? ''} ${one.code}`;
		const group = groups.get(id);
		if (group === undefined) groups.set(id, [one]);
		else group.push(one);
	}
	return groups;
}

function compare(one: ProblemGroup, other: ProblemGroup): number {
	const first = Number(other.resource === null) - Number(one.resource === null);
	return first || other.count - one.count;
}

/** The sidecar counts problems of different columns apart. */
function merge(parts: CountedProblems[]): CountedProblems {
	const message = parts[0]!.message;
	return {
		...parts[0]!,
		count: countIn(parts),
		columns: [...new Set(parts.flatMap(({ columns }) => columns ?? []))],
		message: parts.every((part) => part.message === message) ? message : null,
	};
}

function titleOf(
	{ resource, code, columns, count, message }: CountedProblems,
	nameOf: (resource: string) => string,
): string {
	if (resource === null)
		return message ?? countOf(count, 'problem of the run', 'problems of the run');
	const name = nameOf(resource);
	const named = listOf(columns ?? []);
	const words = message ?? code.toLowerCase().replaceAll('_', ' ');
	const kind = KINDS[code];
	if (kind?.includes('#'))
		return `${name}: ${named ? kind.replace('#', () => named) : words}`;
	const rows = count === 1 ? `1 row of ${name}` : `${formatCount(count)} ${name}`;
	if (!kind) return `${count === 1 ? name : rows}: ${words}`;
	const said = kind.replace(/(\w+)\/(\w+)/, count === 1 ? '$1' : '$2');
	const joint = kind.startsWith('differ') ? ' in ' : ': ';
	return `${rows} ${said}${named && joint}${named}`;
}

function listOf(columns: string[]): string {
	const more = columns.length - MAX_COLUMNS;
	const shown = columns.slice(0, MAX_COLUMNS);
	if (more > 0) shown.push(`${more} more`);
	return shown.join(', ');
}
