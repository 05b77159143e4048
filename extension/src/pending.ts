/** Of the sidecar's JSON, what its OpenAPI document does not have yet. */

/** A setting that differs, with its values as short texts. */
export interface SettingDifference {
	name: string;
	source: string;
	destination: string;
}

export type ChangeKind = 'new' | 'changed' | 'unchanged' | 'only_at_destination' | 'conflict';
export type KindCounts = Record<ChangeKind, number>;

export interface CollectionChanges {
	collection: string;
	kind_counts: KindCounts;
	/** How many rows of each kind are in the list. */
	listed: KindCounts;
}

export interface Changes {
	collections: CollectionChanges[];
	/** Whether the result of an earlier run tells which side has changed a row. */
	baseline: boolean | null;
}

export interface FieldChange {
	field: string;
	/** The type of the field in Directus, `file` if it refers to a file, null if it is not known. */
	type: string | null;
	before: unknown;
	after: unknown;
	/** Whether only a part of the values is in the list, from where they differ. */
	cut?: boolean;
}

export interface ChangedRow {
	id: number;
	kind: ChangeKind;
	key: string;
	label: string | null;
	changed_by: 'source' | 'destination' | 'both' | null;
	/** Null: the values are not in the list. */
	fields: FieldChange[] | null;
}

export interface ChangedRows {
	rows: ChangedRow[];
	/** Where the next page begins. */
	next: number | null;
}
