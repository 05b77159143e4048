/** The sidecar's HTTP contract: what the relay passes on and the module shows. */

export interface Instance {
	url: string;
	version: string;
	vendor: string;
}

export interface SchemaCounts {
	added: number;
	changed: number;
	kept: number;
	dropped: number;
}

export interface Finding {
	code: string;
	message: string;
}

export interface CheckRequest {
	destination_url: string;
	destination_token: string;
	options: string[];
}

export interface CheckResult {
	source: Instance;
	destination: Instance;
	compatible: boolean;
	force_would_help: boolean;
	findings: Finding[];
	schema: SchemaCounts | null;
}

export interface RunRequest extends CheckRequest {
	dry_run: boolean;
	force: boolean;
	batch_size: number;
	/** Have the destination mail users a link to set a password. */
	invite: boolean;
}

export type RunStatus =
	| 'queued'
	| 'running'
	| 'completed'
	| 'completed_with_problems'
	| 'refused'
	| 'failed'
	| 'cancelled';

export interface RunSummary {
	id: string;
	status: RunStatus;
	dry_run: boolean;
	force: boolean;
	options: string[];
	batch_size: number;
	invite: boolean;
	destination_url: string;
	user: string;
	created_at: string | null;
	started_at: string | null;
	ended_at: string | null;
	seconds: number;
	message: string | null;
	source: Instance | null;
	destination: Instance | null;
	schema: SchemaCounts | null;
}

export interface Stage {
	name: 'extract' | 'plan' | 'apply' | 'verify';
	status: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
	/** Rows and files; a total of 0 is not known yet. */
	done: number;
	total: number;
}

export interface Rates {
	rows_per_second: number;
	bytes_per_second: number;
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
	bytes: number;
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
	stages: Stage[];
	rates: Rates;
	resources: Resource[];
	problems: Problem[];
	problem_count: number;
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
