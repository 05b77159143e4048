import type { RunSummary } from '../../contract';
import { formatBytes, formatCount } from '../format';

/** The result of a run in numbers, such as "838 created, 6 unchanged"; empty if there is none. */
export function resultOf({ dry_run, totals }: RunSummary): string {
	const texts = countsOf(totals, dry_run)
		.filter(([count]) => count > 0)
		.map(([count, text]) => `${formatCount(count)} ${text}`);
	if (totals.bytes > 0) texts.push(formatBytes(totals.bytes));
	return texts.join(', ');
}

function countsOf(totals: RunSummary['totals'], dryRun: boolean): [number, string][] {
	const { rows } = totals;
	if (rows === null)
		return dryRun
			? [
					[totals.create, 'to create'],
					[totals.unchanged, 'unchanged'],
				]
			: [
					[totals.created, 'created'],
					[totals.skipped, 'already there'],
				];
	return [
		[rows.created, dryRun ? 'to create' : 'created'],
		[rows.updated, dryRun ? 'to update' : 'updated'],
		[rows.unchanged, 'unchanged'],
		[rows.kept, 'kept'],
		[rows.not_selected, 'left out'],
		[rows.problem, 'with problems'],
	];
}
