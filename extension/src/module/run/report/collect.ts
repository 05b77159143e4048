import type { Checksum, Checksums, LogLine, Run } from '../../../contract';

/** A run with all of its log and all of its checksums, as it is downloaded. */
export interface Report {
	run: Omit<Run, 'log'>;
	log: LogLine[];
	checksums: Checksum[];
}

export interface Source {
	getRun(id: string, after: number): Promise<Run>;
	getChecksums(id: string, after: number): Promise<Checksums>;
}

export async function collectReport(source: Source, id: string): Promise<Report> {
	const { log: first, ...run } = await source.getRun(id, 0);
	const log = await collect(first, async (after) => (await source.getRun(id, after)).log, ({ lines }) => lines);
	const files = await source.getChecksums(id, 0);
	const next = (after: number) => source.getChecksums(id, after);
	return { run, log, checksums: await collect(files, next, ({ checksums }) => checksums) };
}

/** Everything from a first page on; the last one is where the cursor stands still. */
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
