import type { Run, SchemaAdded, SchemaCounts } from '../contract';
import { countOf, formatCount } from './format';

/** What is added, by kind where that is known, as "29 collections, 195 fields". */
export function addedWords(counts: SchemaCounts, parts: SchemaAdded | null): string {
	if (parts === null || counts.added === 0) return formatCount(counts.added);
	// A sidecar of an earlier version does not count folders apart.
	const { collections: all, folders = 0, fields, relations } = parts;
	const collections = all - folders;
	return [
		[collections, countOf(collections, 'collection', 'collections')] as const,
		[folders, countOf(folders, 'folder', 'folders')] as const,
		[fields, countOf(fields, 'field', 'fields')] as const,
		[relations, countOf(relations, 'relation', 'relations')] as const,
	]
		.filter(([count]) => count > 0)
		.map(([, text]) => text)
		.join(', ');
}

/** What a run changes in the schema. */
export function schemaWords(run: Pick<Run, 'schema' | 'schema_added' | 'dry_run'>): string {
	if (run.schema === null) return 'Not compared';
	const { added, changed } = run.schema;
	if (added + changed === 0) return 'No changes';
	const verb = run.dry_run ? 'to add' : 'added';
	const changedVerb = run.dry_run ? 'to change' : 'changed';
	return `${addedWords(run.schema, run.schema_added)} ${verb}; ${formatCount(changed)} ${changedVerb}`;
}
