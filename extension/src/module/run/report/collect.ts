import type { Checksum, Checksums, LogLine, Problem, Problems, Run } from '../../../contract';
import { PER_PAGE } from '../use-problems';

/** The downloaded report: a run with its complete log, all listed problems and all checksums. */
export interface Report {
	run: Omit<Run, 'log'>;
	log: LogLine[];
	checksums: Checksum[];
}

export interface Source {
	getRun(id: string, after: number): Promise<Run>;
	getChecksums(id: string, after: number): Promise<Checksums>;
	getProblems(id: string, after: number, count: number): Promise<Problems>;
}

export async function collectReport(source: Source, id: string): Promise<Report> {
	const { log: first, ...run } = await source.getRun(id, 0);
	const log = await collect(
		first,
		async (after) => (await source.getRun(id, after)).log,
		({ lines }) => lines,
	);
	const files = await source.getChecksums(id, 0);
	const next = (after: number) => source.getChecksums(id, after);
	const checksums = await collect(files, next, ({ checksums }) => checksums);
	return { run: { ...run, problems: await collectProblems(source, id) }, log, checksums };
}

async function collectProblems(source: Source, id: string): Promise<Problem[]> {
	const all: Problem[] = [];

	for (let total = 1; all.length < total; ) {
		const page = await source.getProblems(id, all.length, PER_PAGE);
		if (page.problems.length === 0) break;
		all.push(...page.problems);
		total = page.total;
	}

	return all;
}

/** Collects the items of all pages. At the end the cursor no longer moves. */
async function collect<Page extends { cursor: number }, Item>(
	first: Page,
	next: (after: number) => Promise<Page>,
	itemsOf: (page: Page) => Item[],
): Promise<Item[]> {
	const items: Item[] = [];
	let cursor = 0;

	for (let page = first; page.cursor > cursor; page = await next(cursor)) {
		items.push(...itemsOf(page));
		cursor = page.cursor;
	}

	return items;
}
