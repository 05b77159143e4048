/** The sidecar's HTTP contract: what the relay passes on and the module shows. */

export interface Instance {
	url: string;
	version: string;
	vendor: string;
}

/** The seven things that can be chosen. Schema, settings and translations always go. */
export type Option = 'content' | 'users' | 'comments' | 'presets' | 'dashboards' | 'extensions' | 'flows';

/** A token that the sidecar keeps. It goes to the URL that it was saved with, and to no other. */
export type TokenSource = 'environment' | `preset:${number}`;

/** How the destination's token comes along: typed just now, or (with an empty `destination_token`) a saved one. */
export interface Destination {
	destination_url: string;
	destination_token: string;
	token_from: TokenSource | null;
}

export interface SchemaCounts {
	added: number;
	changed: number;
	kept: number;
	dropped: number;
}

/** Names of collections and fields (`posts`, `posts.title`), the first hundred of each at most; what belongs to an
 * added collection is not named on its own. `kept` exists at the destination only. */
export interface SchemaNames {
	added: string[];
	changed: string[];
	kept: string[];
}

/** One limit of the destination's licence; `allowed` is null where there is none. */
export interface LicenceLimit {
	/** Such as `collections`, `seats`, `flows`. */
	name: string;
	allowed: number | null;
	/** How many the destination has, and how many more this migration brings. */
	present: number;
	brought: number;
}

export interface Finding {
	code: string;
	message: string;
}

/** References from one column to one collection whose rows are neither included nor at the destination. */
export interface MissingReferences {
	collection: string;
	column: string;
	target: string;
	/** What would include those rows; null where no option does. */
	option: Option | null;
	/** How many references there are, and at how many different rows they point. */
	rows: number;
	targets: number;
}

/** What a migration does about missing references: a real one is refused, or they are left empty. */
export type ReferencePolicy = 'refuse' | 'empty';

export interface CheckRequest extends Destination {
	options: Option[];
}

export interface CheckResult {
	source: Instance;
	destination: Instance;
	compatible: boolean;
	force_would_help: boolean;
	/** What Force would do, a sentence each; empty where it does not help. */
	force: Finding[];
	findings: Finding[];
	references: MissingReferences[];
	schema: SchemaCounts | null;
	schema_names: SchemaNames | null;
	/** Null where the destination knows no licence (Directus 11). */
	licence: LicenceLimit[] | null;
}

/** How many rows (and files, extensions) of this project an option moves. */
export interface OptionCount {
	name: Option;
	rows: number;
}

export type Scope = 'personal' | 'role' | 'global';

/** What a form is filled with. A saved token stays in the sidecar: only that there is one is told. */
export interface Defaults {
	destination_url: string;
	has_token: boolean;
	options: Option[];
}

export interface Preset extends Defaults {
	id: number;
	name: string;
	scope: Scope;
	batch_size: number;
	invite: boolean;
	references: ReferencePolicy;
}

/** `token_from` names the saved token that is kept or copied; without it and without a typed one there is none. */
export interface PresetInput extends Destination {
	name: string;
	scope: Scope;
	options: Option[];
	batch_size: number;
	invite: boolean;
	references: ReferencePolicy;
}

export interface Configuration {
	presets: Preset[];
	/** From the sidecar's environment. */
	defaults: Defaults;
	/** The name of the caller's role; null for somebody without one. */
	role: string | null;
}

export interface Part {
	ok: boolean;
	/** What to check when it is missing. */
	message: string | null;
}

export interface Health {
	status: 'ok' | 'degraded';
	redis: Part;
	source: Part;
	worker: Part;
}

export interface RunRequest extends CheckRequest {
	dry_run: boolean;
	force: boolean;
	batch_size: number;
	/** Have the destination mail users a link to set a password. */
	invite: boolean;
	references: ReferencePolicy;
}

export type RunStatus =
	| 'queued'
	| 'running'
	| 'completed'
	| 'completed_with_problems'
	| 'refused'
	| 'failed'
	| 'cancelled'
	| 'interrupted';

export interface RunSummary {
	id: string;
	status: RunStatus;
	/** Above 1 when it was interrupted and resumed. */
	attempt: number;
	dry_run: boolean;
	force: boolean;
	options: Option[];
	batch_size: number;
	invite: boolean;
	references: ReferencePolicy;
	destination_url: string;
	/** Where the token came from; null for one that was typed, which is forgotten when the run ends. */
	token_from: TokenSource | null;
	user: string;
	/** What the person who started it is called; empty when unknown. */
	user_name: string;
	created_at: string | null;
	started_at: string | null;
	ended_at: string | null;
	seconds: number;
	message: string | null;
	problem_count: number;
}

export interface Stage {
	name: 'extract' | 'plan' | 'apply' | 'verify';
	status: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
	/** Rows and files; a total of 0 is not known yet. */
	done: number;
	total: number;
	/** Known at its end. */
	seconds: number;
}

export interface Rates {
	rows_per_second: number;
	bytes_per_second: number;
}

export type HeldBack = 'ASKED_TO_WAIT' | 'REFUSED_LATELY' | 'RATE_LIMIT' | 'LATENCY' | 'MOST_CONCURRENCY';

/** How fast one instance is asked, and why not faster. */
export interface Pace {
	concurrency: number;
	requests_per_second: number;
	held_back: HeldBack | null;
}

export interface Resource {
	name: string;
	kind: string;
	source: number;
	create: number;
	unchanged: number;
	conflicting: number;
	missing_reference: number;
	created: number;
	skipped: number;
	failed: number;
	verified: number;
	different: number;
	/** Problems that name this resource. */
	problems: number;
	bytes: number;
	/** Rows in the digests: all, less those that the destination keeps as its own or that changed meanwhile. */
	compared: number;
	/** SHA-256 over the compared rows, as they should be and as they are; null before that. */
	source_digest: string | null;
	destination_digest: string | null;
	/** As both sides show the values, or, between two databases, by what they mean: what that is, in words. */
	comparison: 'exact' | 'by meaning';
	compared_by: string[];
}

/** A transferred file: read from the source, stored, read back from the destination, the same. */
export interface Checksum {
	id: string;
	name: string;
	size: number;
	sha256: string;
}

export interface Checksums {
	checksums: Checksum[];
	/** What the next question brings as `after`. */
	cursor: number;
	/** How many there are. */
	total: number;
}

export interface Problem {
	resource: string | null;
	key: string | null;
	code: string;
	message: string;
}

/** Something that cannot travel, or travels changed by design; not a failure. */
export interface Note {
	resource: string;
	code: string;
	column: string | null;
	message: string;
	/** Rows that it is true of. */
	count: number;
}

export interface LogLine {
	at: string;
	level: 'info' | 'warning' | 'error';
	stage: string | null;
	message: string;
}

export interface Run extends RunSummary {
	source: Instance | null;
	destination: Instance | null;
	schema: SchemaCounts | null;
	stages: Stage[];
	/** The resource that is being worked at. */
	current: string | null;
	rates: Rates;
	/** Empty until the run has begun. */
	pace: { source?: Pace; destination?: Pace };
	resources: Resource[];
	/** The first thousand. */
	problems: Problem[];
	notes: Note[];
	log: { lines: LogLine[]; cursor: number };
}

export interface ApiError {
	message: string;
	code: string;
	field?: string;
}

export interface ErrorBody {
	errors: ApiError[];
}
