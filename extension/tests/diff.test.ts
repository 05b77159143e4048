import { describe, expect, it } from 'vitest';
import {
	blocksOf,
	compareLines,
	compareWords,
	MAX_LINES,
	shortenLines,
	shortenPieces,
	type Piece,
} from '../src/module/run/changes/diff';
import { isShortened, viewOf } from '../src/module/run/changes/field-view';
import { makeField } from './fixtures';

const textOf = (pieces: Piece[] | null) => pieces?.map(({ text }) => text).join('');
const changedIn = (pieces: Piece[] | null) =>
	pieces?.filter(({ kind }) => kind === 'changed').map(({ text }) => text);

describe('texts', () => {
	it('are compared by words, and each side keeps all of its own', () => {
		const [old, now] = ['The old house, by the sea.', 'The new house by the sea.'];
		const { before, after } = compareWords(old, now);
		expect([textOf(before), textOf(after)]).toEqual([old, now]);
		expect([changedIn(before), changedIn(after)]).toEqual([['old', ','], ['new']]);
	});

	it.each([
		['猫が好きです', '犬が好きです'],
		['Füße und Äpfel', 'Fuße und Äpfel'],
		['👩‍👩‍👧 family', '👨‍👧 family'],
	])('are compared in any script: %s', (old, now) => {
		const { before, after } = compareWords(old, now);
		expect([textOf(before), textOf(after)]).toEqual([old, now]);
		expect(textOf(before.filter(({ kind }) => kind === 'same'))).not.toBe('');
	});

	it('that have nothing in common are compared in no time', () => {
		const words = (word: string) =>
			Array.from({ length: 20_000 }, (_, at) => `${word}${at}`).join(' ');
		const { before, after } = compareWords(words('a'), words('b'));
		expect(textOf(before)).toBe(words('a'));
		expect(textOf(after)).toBe(words('b'));
	});

	it('are shown where they differ, with what is around it', () => {
		const same = 'x'.repeat(1_000);
		const { before } = compareWords(`${same} old ${same}`, `${same} new ${same}`);
		const short = shortenPieces(before);
		expect(changedIn(short)).toEqual(['old']);
		expect(textOf(short)!.length).toBeLessThan(200);
		expect(short[0]).toEqual({ kind: 'gap', text: ' … ' });
		expect(short.at(-1)).toEqual({ kind: 'gap', text: ' … ' });
	});

	it('keep the beginning of a long difference', () => {
		const long: Piece = { kind: 'changed', text: 'y'.repeat(90_000) };
		expect(textOf(shortenPieces([long]))!.length).toBeLessThan(2_100);
	});
});

describe('lines', () => {
	it('stand side by side, changed ones too', () => {
		expect(compareLines(['a', 'b', 'c'], ['a', 'x', 'y', 'c'])).toEqual([
			{ kind: 'same', before: 'a', after: 'a' },
			{ kind: 'changed', before: 'b', after: 'x' },
			{ kind: 'changed', before: null, after: 'y' },
			{ kind: 'same', before: 'c', after: 'c' },
		]);
		expect(compareLines(['a', 'b'], ['a'])[1]).toMatchObject({ before: 'b', after: null });
	});

	it('far from a difference are left out', () => {
		const lines = Array.from({ length: 100 }, (_, at) => `line ${at}`);
		const short = shortenLines(compareLines(lines, [...lines.slice(0, 50), 'another', ...lines.slice(51)]));
		expect(short.map(({ after }) => after)).toEqual([
			'…',
			...['line 47', 'line 48', 'line 49', 'another', 'line 51', 'line 52', 'line 53'],
			'…',
		]);
	});

	it('of one kind that follow each other are one block', () => {
		const blocks = blocksOf(compareLines(['a', 'b', 'c', 'd'], ['a', 'x', 'y', 'd']));
		expect(blocks.map((block) => [block[0]!.kind, block.length])).toEqual([
			['same', 1],
			['changed', 2],
			['same', 1],
		]);
	});

	it('of which too many differ are cut', () => {
		const lines = Array.from({ length: 1_000 }, (_, at) => `line ${at}`);
		expect(shortenLines(compareLines([], lines))).toHaveLength(MAX_LINES + 1);
	});
});

describe('a field', () => {
	const change = (type: string | null, before: unknown, after: unknown) =>
		makeField({ type, before, after });

	it('of JSON is shown by lines, whatever its type', () => {
		const [before, after] = [{ a: 1, b: 2 }, { a: 1, b: 3 }];
		for (const type of ['json', 'csv', null]) {
			const view = viewOf(change(type, before, after), false);
			expect(view.by === 'lines' && view.lines.map(({ kind }) => kind)).toEqual([
				'same',
				'same',
				'changed',
				'same',
			]);
		}
	});

	it('without a value has none, which is not an empty text', () => {
		expect(viewOf(change('string', null, ''), false)).toEqual({
			by: 'words',
			before: null,
			after: [{ kind: 'changed', text: '' }],
		});
		const view = viewOf(change('json', null, [1]), false);
		expect(view.by === 'lines' && view.lines.every(({ before }) => before === null)).toBe(true);
	});

	it('that is no text changes as a whole', () => {
		const view = viewOf(change('date', '2026-01-01', '2026-01-02'), false);
		expect(view).toMatchObject({ before: [{ text: '2026-01-01' }], after: [{ kind: 'changed' }] });
		expect(viewOf(change('boolean', false, true), false)).toMatchObject({
			before: [{ text: 'false' }],
			after: [{ text: 'true' }],
		});
	});

	it('of text is compared by words, but not a key or a name', () => {
		const changedOf = (before: string, after: string) => {
			const view = viewOf(change('string', before, after), false);
			return view.by === 'words' && changedIn(view.after);
		};
		expect(changedOf('one-two', 'one-three')).toEqual(['one-three']);
		expect(changedOf('one two', 'one three')).toEqual(['three']);
		expect(changedOf('好'.repeat(70), `${'好'.repeat(70)}吗`)).not.toEqual([`${'好'.repeat(70)}吗`]);
	});

	it('tells whether something is left out', () => {
		const long = 'z'.repeat(5_000);
		expect(isShortened(viewOf(change('text', 'a', long), false))).toBe(true);
		expect(isShortened(viewOf(change('text', 'a', long), true))).toBe(false);
	});
});
