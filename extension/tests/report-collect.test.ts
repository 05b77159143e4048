import { expect, it, vi } from 'vitest';
import { collectReport } from '../src/module/run/report/collect';
import type { Checksum, LogLine } from '../src/contract';
import { makeProblem, makeRun, RUN_ID } from './fixtures';

const LINES = ['one', 'two', 'three'].map((message): LogLine => ({
	at: '',
	level: 'info',
	stage: null,
	message,
}));
const PROBLEMS = ['1', '2', '3'].map((key) => makeProblem({ key }));
const FILES = ['a', 'b', 'c'].map((id): Checksum => ({ id, name: id, size: 1, sha256: id }));

function pages<Item>(items: Item[], size: number) {
	return (after: number) => ({
		items: items.slice(after, after + size),
		cursor: Math.min(items.length, after + size),
	});
}

it('takes log, problems and checksums from their first to their last page', async () => {
	const logAfter = pages(LINES, 2);
	const filesAfter = pages(FILES, 2);
	const source = {
		getRun: vi.fn(async (_: string, after: number) => {
			const { items, cursor } = logAfter(after);
			return makeRun({ status: 'completed', log: { lines: items, cursor } });
		}),
		getProblems: vi.fn(async (_: string, after: number) => ({
			problems: PROBLEMS.slice(after, after + 2),
			total: PROBLEMS.length,
		})),
		getChecksums: vi.fn(async (_: string, after: number) => {
			const { items, cursor } = filesAfter(after);
			return { checksums: items, cursor, total: FILES.length };
		}),
	};

	const { run, log, checksums } = await collectReport(source, RUN_ID);
	expect(log).toEqual(LINES);
	expect(checksums).toEqual(FILES);
	expect(run.problems).toEqual(PROBLEMS);
	expect(source.getProblems).toHaveBeenCalledTimes(2);
	expect(run).not.toHaveProperty('log');
	expect(source.getRun.mock.calls.map(([, after]) => after)).toEqual([0, 2, 3]);
	expect(source.getChecksums.mock.calls.map(([, after]) => after)).toEqual([0, 2, 3]);
});

it('has an empty log and no checksums where there are none', async () => {
	const report = await collectReport(
		{
			getRun: async () => makeRun(),
			getProblems: async () => ({ problems: [], total: 0 }),
			getChecksums: async () => ({ checksums: [], cursor: 0, total: 0 }),
		},
		RUN_ID,
	);
	expect(report.log).toEqual([]);
	expect(report.checksums).toEqual([]);
});
