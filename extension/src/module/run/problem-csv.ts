import type { Problem } from '../../contract';
import type { ItemLinks } from './item-links';

const HEADINGS = ['collection', 'key', 'code', 'message', 'source', 'destination', 'columns'];
/** Spreadsheets would take such a text for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** The problems as CSV, with the addresses of both items. */
export function writeCsv(problems: Problem[], linksOf: (problem: Problem) => ItemLinks): string {
	const lines = problems.map((problem) => {
		const { source, destination } = linksOf(problem);
		const { resource, key, code, message, columns } = problem;
		const cells = [resource, key, code, message, source, destination, columns.join(', ')];
		return cells.map((cell) => cell ?? '');
	});
	return [HEADINGS, ...lines].map((cells) => `${cells.map(escape).join(',')}\r\n`).join('');
}

function escape(cell: string): string {
	const text = FORMULA.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
