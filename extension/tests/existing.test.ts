import { describe, expect, it } from 'vitest';
import { choicesOf, chosenIn } from '../src/module/form/choices';
import {
	existingIn,
	modeOf,
	skipsExisting,
	updatesAny,
	withMode,
} from '../src/module/form/existing';
import { existingWords } from '../src/module/form/existing-words';
import { everything } from '../src/module/form/selection';
import type { ExistingChoices, ExistingRows } from '../src/contract';
import { ALL_OPTIONS, makeRun, SKIPS } from './fixtures';

const UPDATE: ExistingRows = { mode: 'update', collections: {} };
const FORM = {
	options: ALL_OPTIONS,
	parts: null,
	selection: everything(),
	references: null,
	...skipsExisting(),
};

describe('existing rows', () => {
	it('are skipped where nothing was saved', () => {
		expect(existingIn({})).toEqual(skipsExisting());
		expect(chosenIn(makeRun({ existing: undefined, conflicts: undefined }))).toMatchObject(SKIPS);
	});

	it('have exceptions, which go away with the choice that they are like the others', () => {
		const some = withMode(UPDATE, 'posts', 'skip');
		expect([modeOf(some, 'posts'), modeOf(some, 'tags')]).toEqual(['skip', 'update']);
		expect(withMode(some, 'posts', null)).toEqual(UPDATE);
		expect(updatesAny(some)).toBe(true);
		expect(updatesAny(withMode(skipsExisting().existing, 'posts', 'update'))).toBe(true);
		expect(updatesAny(withMode(skipsExisting().existing, 'posts', 'skip'))).toBe(false);
	});

	it('are sent with the exceptions that have an effect', () => {
		const collections = {
			tags: 'skip',
			posts: 'update',
			authors: 'skip',
			directus_users: 'skip',
		} as const;
		const selection = { ...everything(), collections: ['posts', 'tags'] };
		const existing = { mode: 'update', collections } as const;
		expect(choicesOf({ ...FORM, selection, existing }).existing).toEqual({
			mode: 'update',
			collections: { directus_users: 'skip', tags: 'skip' },
		});
	});

	it('send conflicts and settings only with an update', () => {
		const chosen = {
			...FORM,
			conflicts: 'source' as const,
			overwriteSettings: ['project_name', 'project_color'],
		};
		expect(choicesOf(chosen)).toMatchObject(SKIPS);
		expect(choicesOf({ ...chosen, existing: UPDATE })).toMatchObject({
			conflicts: 'source',
			overwrite_settings: ['project_color', 'project_name'],
		});
		const parts = ['content' as const];
		expect(choicesOf({ ...chosen, existing: UPDATE, parts }).overwrite_settings).toEqual([]);
	});

	it.each<[Partial<ExistingChoices>, string]>([
		[{}, ''],
		[{ existing: UPDATE }, 'Update; rows changed on both sides are kept and named'],
		[
			{
				existing: { mode: 'update', collections: { posts: 'skip', tags: 'skip' } },
				conflicts: 'source',
				overwrite_settings: ['project_name'],
			},
			'Update, but skip posts and tags; the source wins over rows changed on both sides; ' +
				'overwrites the settings project_name',
		],
		[
			{ existing: { mode: 'skip', collections: { posts: 'update' } } },
			'Skip, but update posts; rows changed on both sides are kept and named',
		],
	])('are told in words: %o', (saved, words) => {
		expect(existingWords(saved, String)).toBe(words);
	});
});
