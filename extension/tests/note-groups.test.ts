import { expect, it } from 'vitest';
import { splitNotes } from '../src/module/run/note-groups';
import { makeRun } from './fixtures';

const HIDDEN = 'cannot be read through the API';
const masked = (resource: string, column: string, count = 7) => ({
	resource,
	code: 'MASKED',
	column,
	message: `${column}: ${HIDDEN}`,
	count,
});
const PASSWORD = {
	resource: 'directus_users',
	code: 'PASSWORD_NEEDED',
	column: null,
	message: 'Passwords cannot be read',
	count: 2,
};
const textsOf = (notes: { message: string }[]) => notes.map(({ message }) => message);

it('asks for one thing about users, and lists what cannot be read as one limit', () => {
	const columns = ['password', 'tfa_secret', 'token'];
	const hidden = columns.map((column) => masked('directus_users', column));
	const { action, limits } = splitNotes(makeRun({ notes: [...hidden, PASSWORD] }));
	expect(action).toEqual([PASSWORD]);
	expect(textsOf(limits)).toEqual([`password, tfa_secret, token: ${HIDDEN}`]);
});

it('joins columns only where the same is said of as many rows', () => {
	const notes = [masked('posts', 'a'), masked('posts', 'b', 1), masked('tags', 'c')];
	const { action, limits } = splitNotes(makeRun({ notes: [...notes, masked('posts', 'd')] }));
	expect(textsOf(action)).toEqual([`a, d: ${HIDDEN}`, `b: ${HIDDEN}`, `c: ${HIDDEN}`]);
	expect(limits).toEqual([]);
});
