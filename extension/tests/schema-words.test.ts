import { expect, it } from 'vitest';
import { schemaWords } from '../src/module/schema-words';

const schema = { added: 224, changed: 1, kept: 0, dropped: 0 };
const schema_added = { collections: 33, folders: 4, fields: 195, relations: 0 };

it('counts what a run adds by kind', () => {
	expect(schemaWords({ schema, schema_added, dry_run: false })).toBe(
		'29 collections, 4 folders, 195 fields added; 1 changed',
	);
});

it('says of a dry run what would be added', () => {
	expect(schemaWords({ schema, schema_added, dry_run: true })).toBe(
		'29 collections, 4 folders, 195 fields to add; 1 to change',
	);
});

it('has the sum of a run that an earlier version made', () => {
	expect(schemaWords({ schema, schema_added: null, dry_run: false })).toBe('224 added; 1 changed');
});

it('counts folders as collections for a sidecar that does not count them apart', () => {
	const { folders: _, ...older } = schema_added;
	const run = { schema, schema_added: older as typeof schema_added, dry_run: false };
	expect(schemaWords(run)).toBe('33 collections, 195 fields added; 1 changed');
});
