import type { Note, Run } from '../../contract';
import { sumOf } from './numbers';

/** Notes after which somebody has to do something at the destination. */
const ACTION = ['INSTALL_BY_HAND', 'MASKED', 'NOT_IN_REGISTRY', 'PASSWORD_NEEDED', 'RELATION_LOST'];

export function splitNotes(run: Run): { action: Note[]; limits: Note[] } {
	const action = run.notes.filter(({ code }) => ACTION.includes(code));
	const limits = run.notes.filter(({ code }) => !ACTION.includes(code));
	return { action, limits: hasChangedNothing(run) ? [] : limits };
}

/** Whether a real run found everything in place. Known limits then concern nothing new. */
function hasChangedNothing({ dry_run, status, resources, schema }: Run): boolean {
	const { created, updated } = sumOf(resources);
	const changes = created + updated + (schema?.added ?? 0) + (schema?.changed ?? 0);
	return !dry_run && status.startsWith('completed') && changes === 0;
}
