import { diffArrays } from 'diff';

/** Two texts compared: by words, each side as its pieces, or by lines, side by side. */

export interface Piece {
	kind: 'same' | 'changed' | 'gap';
	text: string;
}

export interface Line {
	kind: 'same' | 'changed' | 'gap';
	/** Null: this side has no such line. */
	before: string | null;
	after: string | null;
}

interface Chunk {
	value: string[];
	added: boolean;
	removed: boolean;
}

/** Texts that take longer to compare differ in nearly everything. */
const MAX_MS = 300;
/** What is the same is shown as far as it surrounds a difference. */
const AROUND_WORDS = 60;
const AROUND_LINES = 3;
/** Of a difference, so much is shown at first. */
export const MAX_TEXT = 2_000;
export const MAX_LINES = 60;

const WORDS = new Intl.Segmenter('en', { granularity: 'word' });

/** The pieces of both sides. */
export function compareWords(before: string, after: string): { before: Piece[]; after: Piece[] } {
	const chunks = compare(wordsOf(before), wordsOf(after));
	return {
		before: piecesOf(chunks.filter(({ added }) => !added)),
		after: piecesOf(chunks.filter(({ removed }) => !removed)),
	};
}

export function compareLines(before: string[], after: string[]): Line[] {
	const lines: Line[] = [];
	let removed: string[] = [];

	const chunks = compare(before, after);
	for (const chunk of [...chunks, { value: [], added: false, removed: false }]) {
		if (chunk.removed) {
			removed = chunk.value;
			continue;
		}
		lines.push(...pairsOf(removed, chunk.added ? chunk.value : []));
		removed = [];
		if (!chunk.added)
			lines.push(...chunk.value.map((line): Line => ({ kind: 'same', before: line, after: line })));
	}

	return lines;
}

/** Without what is far from a difference, and only the beginning of a long one. */
export function shortenPieces(pieces: Piece[]): Piece[] {
	return pieces.flatMap((piece, at) =>
		piece.kind === 'same'
			? shortenSame(piece.text, at === 0, at === pieces.length - 1)
			: shortenChanged(piece),
	);
}

export function shortenLines(lines: Line[]): Line[] {
	const near = lines.map((_, at) =>
		lines
			.slice(Math.max(0, at - AROUND_LINES), at + AROUND_LINES + 1)
			.some(({ kind }) => kind === 'changed'),
	);
	const shown: Line[] = [];
	for (const [at, line] of lines.entries()) {
		if (near[at]) shown.push(line);
		else if (shown.at(-1)?.kind !== 'gap') shown.push(gap());
	}
	return shown.length > MAX_LINES ? [...shown.slice(0, MAX_LINES), gap()] : shown;
}

/** The lines in runs of one kind. */
export function blocksOf(lines: Line[]): Line[][] {
	const blocks: Line[][] = [];
	for (const line of lines) {
		const last = blocks.at(-1);
		if (last?.[0]?.kind === line.kind) last.push(line);
		else blocks.push([line]);
	}
	return blocks;
}

function compare(before: string[], after: string[]): Chunk[] {
	return (
		diffArrays(before, after, { timeout: MAX_MS }) ?? [
			{ value: before, added: false, removed: true },
			{ value: after, added: true, removed: false },
		]
	);
}

function wordsOf(text: string): string[] {
	return [...WORDS.segment(text)].map(({ segment }) => segment);
}

function piecesOf(chunks: Chunk[]): Piece[] {
	return chunks.map(({ value, added, removed }) => ({
		kind: added || removed ? 'changed' : 'same',
		text: value.join(''),
	}));
}

function pairsOf(removed: string[], added: string[]): Line[] {
	const length = Math.max(removed.length, added.length);
	return Array.from({ length }, (_, at) => ({
		kind: 'changed',
		before: removed[at] ?? null,
		after: added[at] ?? null,
	}));
}

function gap(): Line {
	return { kind: 'gap', before: '…', after: '…' };
}

function shortenSame(text: string, isFirst: boolean, isLast: boolean): Piece[] {
	// Whole words, where there are any.
	const head = isFirst ? '' : text.slice(0, AROUND_WORDS).replace(/(?<=\s)\S+$/, '');
	const tail = isLast ? '' : text.slice(-AROUND_WORDS).replace(/^\S+(?=\s)/, '');
	if (text.length <= 3 * AROUND_WORDS) return [{ kind: 'same', text }];
	const pieces: Piece[] = [
		{ kind: 'same', text: head },
		{ kind: 'gap', text: ' … ' },
		{ kind: 'same', text: tail },
	];
	return pieces.filter((piece) => piece.text !== '');
}

function shortenChanged(piece: Piece): Piece[] {
	return piece.text.length <= MAX_TEXT
		? [piece]
		: [
				{ ...piece, text: piece.text.slice(0, MAX_TEXT) },
				{ kind: 'gap', text: ' … ' },
			];
}
