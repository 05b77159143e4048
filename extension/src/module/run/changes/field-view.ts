import type { FieldChange } from '../../../contract';
import { compareLines, compareWords, shortenLines, shortenPieces, type Line, type Piece } from './diff';

/** How the two values of a field are shown. */
export type FieldView =
	| { by: 'lines'; lines: Line[] }
	/** Null: there is no value. */
	| { by: 'words'; before: Piece[] | null; after: Piece[] | null };

const TEXTS = ['string', 'text'];
const MAX_NAME = 60;

/** Of a long value only what differs is shown, unless `whole`. */
export function viewOf({ type, before, after }: FieldChange, whole: boolean): FieldView {
	if (type === 'json' || isObject(before) || isObject(after)) {
		const lines = compareLines(linesOf(before), linesOf(after));
		return { by: 'lines', lines: whole ? lines : shortenLines(lines) };
	}

	const [old, now] = [textOf(before), textOf(after)];
	const sides =
		TEXTS.includes(type ?? '') && hasWords(old) && hasWords(now)
			? compareWords(old, now)
			: { before: changed(old), after: changed(now) };
	const shorten = (pieces: Piece[] | null) =>
		whole || pieces === null ? pieces : shortenPieces(pieces);
	return { by: 'words', before: shorten(sides.before), after: shorten(sides.after) };
}

/** Whether a part of the values is left out. */
export function isShortened(view: FieldView): boolean {
	const all = view.by === 'lines' ? view.lines : [...(view.before ?? []), ...(view.after ?? [])];
	return all.some(({ kind }) => kind === 'gap');
}

function isObject(value: unknown): boolean {
	return typeof value === 'object' && value !== null;
}

/** As JSON that people can read. */
function linesOf(value: unknown): string[] {
	const isNothing = value === null || value === undefined;
	return isNothing ? [] : JSON.stringify(value, null, 2).split('\n');
}

function textOf(value: unknown): string | null {
	return value === null || value === undefined ? null : String(value);
}

/** A key or a name has parts, but no words. Some languages have no spaces between words. */
function hasWords(text: string | null): text is string {
	return text !== null && (/\s/.test(text) || text.length > MAX_NAME);
}

function changed(text: string | null): Piece[] | null {
	return text === null ? null : [{ kind: 'changed', text }];
}
