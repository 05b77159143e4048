import type { Note, Run } from '../../contract';
import { sumOf } from './numbers';

/** Notes after which somebody has to do something at the destination. */
const ACTION = ['INSTALL_BY_HAND', 'MASKED', 'NOT_IN_REGISTRY', 'PASSWORD_NEEDED', 'RELATION_LOST'];
const USERS = 'directus_users';

export function splitNotes(run: Run): { action: Note[]; limits: Note[] } {
	const action = run.notes.filter(needsAction);
	const limits = run.notes.filter((note) => !needsAction(note));
	return { action: joinColumns(action), limits: hasChangedNothing(run) ? [] : joinColumns(limits) };
}

/** What cannot be read of users is no work of its own: PASSWORD_NEEDED says what to do. */
function needsAction({ code, resource }: Note): boolean {
	return ACTION.includes(code) && !(code === 'MASKED' && resource === USERS);
}

/** One note for all columns of a collection of which the same is said. */
export function joinColumns(notes: Note[]): Note[] {
	const joined = new Map<string, { note: Note; columns: string[]; reason: string }>();
	for (const note of notes) {
		const reason = reasonOf(note);
		const key = JSON.stringify([note.resource, note.code, note.count, reason ?? note]);
		const before = joined.get(key);
		if (before && note.column !== null) before.columns.push(note.column);
		else
			joined.set(key, { note, columns: [note.column ?? ''], reason: reason ?? note.message });
	}
	return [...joined.values()].map(({ note, columns, reason }) =>
		columns.length === 1 ? note : { ...note, message: `${columns.join(', ')}: ${reason}` },
	);
}

/** What a note says of its column; null if it does not begin with the column. */
function reasonOf({ column, message }: Note): string | null {
	const prefix = `${column ?? ''}: `;
	return column !== null && message.startsWith(prefix) ? message.slice(prefix.length) : null;
}

/** Whether a real run found everything in place. Known limits then concern nothing new. */
function hasChangedNothing({ dry_run, status, resources, schema }: Run): boolean {
	const { created, updated } = sumOf(resources);
	const changes = created + updated + (schema?.added ?? 0) + (schema?.changed ?? 0);
	return !dry_run && status.startsWith('completed') && changes === 0;
}
