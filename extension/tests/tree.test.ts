import { describe, expect, it } from 'vitest';
import {
	linesOf,
	shownOf,
	tablesIn,
	tickedWith,
	tickOf,
	treeOf,
	type AppCollection,
} from '../src/module/form/tree';
import { stepOf } from '../src/module/form/tree-keys';

function make(name: string, meta: AppCollection['meta'] = {}, schema: object | null = {}) {
	return { collection: name, name: name.replaceAll('_', ' '), meta, schema };
}

const COLLECTIONS = [
	make('tags', { group: 'blog', sort: 2 }),
	make('posts', { group: 'blog', sort: 1 }),
	make('posts_translations', { group: 'posts', hidden: true }),
	make('blog', { sort: 1, collapse: 'closed' }, null),
	make('empty', { sort: 2 }, null),
	make('about', { singleton: true }),
	make('directus_users'),
	make('untracked', null),
	make('orphan', { group: 'nowhere' }),
];
const TREE = treeOf(COLLECTIONS);
const namesOf = (branches: ReturnType<typeof treeOf>) => branches.map(({ name }) => name);

describe('the tree', () => {
	it('has groups and order as the navigation, without what is not in the data model', () => {
		expect(namesOf(TREE)).toEqual(['blog', 'empty', 'about', 'orphan']);
		expect(namesOf(TREE[0]!.children)).toEqual(['posts', 'tags']);
		expect(namesOf(tablesIn(TREE))).toEqual([
			'posts',
			'posts_translations',
			'tags',
			'about',
			'orphan',
		]);
	});

	it('shows hidden collections when asked to, and no folder without tables', () => {
		expect(namesOf(shownOf(TREE, '', false))).toEqual(['blog', 'about', 'orphan']);
		expect(namesOf(tablesIn(shownOf(TREE, '', false)))).not.toContain('posts_translations');
		expect(namesOf(tablesIn(shownOf(TREE, '', true)))).toContain('posts_translations');
	});

	it('finds by name and label, with what is above; a found folder has all that is in it', () => {
		expect(namesOf(tablesIn(shownOf(TREE, ' TAG ', false)))).toEqual(['tags']);
		expect(namesOf(shownOf(TREE, 'tag', false))).toEqual(['blog']);
		expect(namesOf(tablesIn(shownOf(TREE, 'blog', false)))).toEqual(['posts', 'tags']);
		expect(namesOf(tablesIn(shownOf(TREE, 'posts trans', true)))).toEqual([
			'posts',
			'posts_translations',
		]);
	});

	it('closes what Directus closes, until it is opened', () => {
		const shown = shownOf(TREE, '', false);
		expect(linesOf(shown, ({ isOpen }) => isOpen).map(({ branch }) => branch.name)).toEqual([
			'blog',
			'about',
			'orphan',
		]);
		const lines = linesOf(shown, () => true);
		expect(lines.map(({ level, place, size }) => [level, place, size])).toEqual([
			[1, 1, 3],
			[2, 1, 2],
			[2, 2, 2],
			[1, 2, 3],
			[1, 3, 3],
		]);
	});

	it('ticks a folder for its tables, and a table for itself', () => {
		const [blog] = shownOf(TREE, '', true);
		expect(tickedWith(blog!)).toEqual(['posts', 'posts_translations', 'tags']);
		expect(tickedWith(blog!.children[0]!)).toEqual(['posts']);
		expect(tickOf(blog!, () => true)).toBe('true');
		expect(tickOf(blog!, (name) => name === 'tags')).toBe('mixed');
		expect(tickOf(blog!, () => false)).toBe('false');
		expect(tickOf(blog!.children[0]!, (name) => name !== 'posts')).toBe('false');
	});

	it('has three hundred collections in no time', () => {
		const many = Array.from({ length: 300 }, (_, at) =>
			make(`collection_${at}`, { group: at % 10 === 0 ? null : `collection_${at - (at % 10)}` }),
		);
		const start = performance.now();
		const lines = linesOf(shownOf(treeOf(many), '', true), () => true);
		expect(lines).toHaveLength(300);
		expect(performance.now() - start).toBeLessThan(500);
	});
});

describe('a key in the tree', () => {
	const lines = linesOf(shownOf(TREE, '', false), () => true);
	const closed = linesOf(shownOf(TREE, '', false), () => false);

	it.each([
		['ArrowDown', 0, { to: 1 }],
		['ArrowDown', 4, { to: 4 }],
		['ArrowUp', 1, { to: 0 }],
		['ArrowUp', 0, { to: 0 }],
		['End', 0, { to: 4 }],
		['Home', 3, { to: 0 }],
		['ArrowRight', 0, { to: 1 }],
		['ArrowRight', 1, null],
		['ArrowLeft', 0, { open: false }],
		['ArrowLeft', 2, { to: 0 }],
		['ArrowLeft', 4, null],
		['a', 0, null],
	])('%s on line %i', (key, at, step) => {
		expect(stepOf(lines, at, key)).toEqual(step);
	});

	it('opens a closed branch', () => {
		expect(stepOf(closed, 0, 'ArrowRight')).toEqual({ open: true });
	});
});
