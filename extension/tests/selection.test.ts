import { describe, expect, it } from 'vitest';
import { chooses, choicesOf } from '../src/module/form/choices';
import { skipsExisting } from '../src/module/form/existing';
import { partsOf, stateOf, withOption, withParts, type Chosen } from '../src/module/form/parts';
import {
	everything,
	includes,
	inverted,
	isEverything,
	tidy,
	withCollections,
	withFilter,
} from '../src/module/form/selection';
import { selectedWords, sizeOf } from '../src/module/form/selection-words';
import { ALL_OPTIONS, SKIPS } from './fixtures';

const ALL = ['authors', 'posts', 'tags'];
const PUBLISHED = { status: { _eq: 'published' } };
const OPTIONS: Chosen = { options: ALL_OPTIONS, parts: null };

describe('the selection', () => {
	it('names what is left when one collection is unticked, and is whole again after', () => {
		const some = withCollections(everything(), ALL, ['tags'], false);
		expect(some.collections).toEqual(['authors', 'posts']);
		expect(isEverything(withCollections(some, ALL, ['tags'], true))).toBe(true);
	});

	it('keeps what a preset excludes until it is ticked', () => {
		const without = { ...everything(), exclude: ['tags'] };
		expect(includes(without, 'tags')).toBe(false);
		const fewer = withCollections(without, ALL, ['posts'], false);
		expect(fewer).toMatchObject({ collections: ['authors'], exclude: ['tags'] });
		expect(withCollections(without, ALL, ['tags'], true)).toEqual(everything());
	});

	it('is inverted as a whole, or only where one looks', () => {
		const posts = { ...everything(), collections: ['posts'] };
		expect(inverted(posts, ALL, ALL).collections).toEqual(['authors', 'tags']);
		expect(inverted(posts, ALL, ['tags']).collections).toEqual(['posts', 'tags']);
		expect(inverted(everything(), ALL, ALL).collections).toEqual([]);
	});

	it('sends filters of what is selected only, in one order', () => {
		const filters = { posts: PUBLISHED, authors: PUBLISHED, tags: PUBLISHED };
		const sent = tidy({ ...everything(), collections: ['posts', 'authors'], filters });
		expect(JSON.stringify(sent.filters)).toBe(
			JSON.stringify({ authors: PUBLISHED, posts: PUBLISHED }),
		);
		expect(sent.collections).toEqual(['authors', 'posts']);
	});

	it('loses a filter that was emptied', () => {
		const filtered = withFilter(everything(), 'posts', PUBLISHED);
		expect(isEverything(filtered)).toBe(false);
		expect(withFilter(filtered, 'posts', null)).toEqual(everything());
	});
});

describe('parts', () => {
	it('are those of the options at first', () => {
		expect(partsOf(OPTIONS)).toHaveLength(14);
		expect(partsOf({ options: [], parts: null })).toEqual([
			'schema',
			'settings',
			'translations',
		]);
	});

	it('are chosen one by one, and left to the options again where they say the same', () => {
		const fewer = withParts(OPTIONS, ['users'], false);
		expect(fewer.parts).toContain('roles');
		expect(fewer.parts).not.toContain('users');
		expect(fewer.options).not.toContain('users');
		expect(stateOf('users', fewer)).toBe('mixed');
		expect(withParts(fewer, ['users'], true)).toEqual(OPTIONS);
		expect(withParts(fewer, ['roles'], false)).toEqual({
			options: ALL_OPTIONS.filter((name) => name !== 'users'),
			parts: null,
		});
	});

	it('do without what options always include', () => {
		const contentOnly = withParts(
			{ options: ['content'], parts: null },
			['schema', 'settings', 'translations'],
			false,
		);
		expect(contentOnly).toEqual({
			options: ['content'],
			parts: ['content', 'files', 'shares', 'versions'],
		});
		expect(withOption(contentOnly, 'flows', true).parts).toContain('flows');
	});
});

describe('the choices of a request', () => {
	const form = {
		...OPTIONS,
		selection: everything(),
		references: null,
		...skipsExisting(),
	};

	it('are what they were before, for a form without a selection', () => {
		expect(choicesOf(form)).toEqual({
			selection: null,
			parts: null,
			references: 'refuse',
			...SKIPS,
		});
	});

	it('bring rows along for a selection, unless somebody decides otherwise', () => {
		const selection = { ...everything(), collections: ['posts'] };
		expect(choicesOf({ ...form, selection }).references).toBe('bring');
		expect(choicesOf({ ...form, selection, references: 'keep' }).references).toBe('keep');
	});

	it('select only the data model without rows, and nothing without both', () => {
		const collections = { ...everything(), collections: ['posts'] };
		const selection = { ...collections, filters: { posts: PUBLISHED }, since: 'last' };
		const users: Chosen = { options: ['users'], parts: null };
		expect(choicesOf({ ...form, ...users, selection }).selection).toEqual(collections);
		const alone = withParts(users, ['schema'], false);
		expect(choicesOf({ ...form, ...alone, selection })).toMatchObject({
			selection: null,
			references: 'refuse',
		});
	});

	it('come back from a preset, also from one that has none', () => {
		expect(chooses({ selection: null, parts: null, references: 'refuse' })).toEqual({
			selection: everything(),
			parts: null,
			references: null,
			...skipsExisting(),
		});
		const selection = { ...everything(), since: 'last' };
		expect(chooses({ selection, parts: null, references: 'refuse' }).references).toBe('refuse');
	});
});

describe('the sentence', () => {
	const rows: Record<string, number> = { authors: 92, posts: 1_100, tags: 12 };
	const count = (name: string, filter: object | null) => (filter ? 20 : rows[name]);

	it.each([
		['everything', everything(), 'All 3 collections, all 1,204 rows'],
		['some', { ...everything(), collections: ['authors'] }, '1 of 3 collections, 92 of 1,204 rows'],
		[
			'filtered',
			{ ...everything(), collections: ['authors'], filters: { authors: PUBLISHED } },
			'1 of 3 collections, 20 of 1,204 rows',
		],
		['nothing', { ...everything(), collections: [] }, '0 of 3 collections'],
		[
			'since',
			{ ...everything(), since: 'last' },
			'All 3 collections, changed since the last successful run',
		],
	])('says %s', (_, selection, text) => {
		expect(sizeOf(selection, ALL, count)).toBe(text);
	});

	it('does not guess what is not counted', () => {
		const some = { ...everything(), collections: ['posts'] };
		expect(sizeOf(some, ALL, () => undefined)).toBe('1 of 3 collections');
		const known = (name: string) => (name === 'posts' ? 7 : 'It has no table.');
		expect(sizeOf(some, ALL, known)).toBe('1 of 3 collections, 7 rows');
	});

	it('says of a run what was selected, and nothing of one that had everything', () => {
		const title = (name: string) => name.toUpperCase();
		const selection = {
			...everything(),
			collections: ['posts', 'authors'],
			filters: { posts: PUBLISHED },
		};
		expect(selectedWords({ selection, parts: null }, title)).toBe(
			'POSTS and AUTHORS, filtered rows of POSTS',
		);
		const seen = { ...selection, summary: 'selected 2 of 48 collections, 112 rows' };
		expect(selectedWords({ selection: seen }, title)).toBe(
			'Selected 2 of 48 collections, 112 rows',
		);
		expect(selectedWords({ parts: ['schema', 'users'] }, title)).toBe(
			'Parts: data model and user accounts',
		);
		expect(selectedWords({ selection: null, parts: null }, title)).toBe('');
		expect(selectedWords({}, title)).toBe('');
	});
});
