import type {
	CheckResult,
	Configuration,
	ExistingChoices,
	FieldChange,
	MissingReferences,
	Option,
	Outcomes,
	Preset,
	Problem,
	Resource,
	Run,
} from '../src/contract';
import { countEach } from '../src/module/run/problem-groups';

export const RUN_ID = '7b1f6c3e-5c1d-4f5e-9a55-0d8a4f1f2c11';

export const ALL_OPTIONS: Option[] = [
	'content',
	'users',
	'comments',
	'presets',
	'dashboards',
	'extensions',
	'flows',
];

/** What a request says of existing rows, unless somebody chooses. */
export const SKIPS: ExistingChoices = {
	existing: { mode: 'skip', collections: {} },
	conflicts: 'ask',
	overwrite_settings: [],
};

export function makeCheck(changes: Partial<CheckResult> = {}): CheckResult {
	return {
		source: { url: 'http://source', version: '12.4.0', vendor: 'sqlite' },
		destination: { url: 'http://destination', version: '12.4.0', vendor: 'sqlite' },
		compatible: true,
		force_would_help: false,
		force: [],
		findings: [],
		blocking: [],
		references: [],
		schema: { added: 12, changed: 3, kept: 1, dropped: 0 },
		schema_added: { collections: 2, folders: 0, fields: 9, relations: 1 },
		schema_names: { added: [], changed: [], kept: [] },
		licence: null,
		selection: null,
		settings: [],
		...changes,
	};
}

export function makeReferences(changes: Partial<MissingReferences> = {}): MissingReferences {
	return {
		collection: 'posts',
		column: 'author',
		target: 'directus_users',
		option: 'users',
		rows: 186,
		targets: 7,
		...changes,
	};
}

export function makePreset(changes: Partial<Preset> = {}): Preset {
	return {
		id: 1,
		name: 'Production',
		scope: 'personal',
		destination_url: 'https://production.example.com',
		has_token: true,
		options: ['content', 'users'],
		batch_size: 15,
		invite: true,
		references: 'refuse',
		parts: null,
		selection: null,
		...SKIPS,
		gone: [],
		...changes,
	};
}

export function makeConfiguration(changes: Partial<Configuration> = {}): Configuration {
	return {
		presets: [],
		defaults: { destination_url: '', has_token: false, options: [...ALL_OPTIONS] },
		role: 'Administrator',
		...changes,
	};
}

export function makeOutcomes(changes: Partial<Outcomes> = {}): Outcomes {
	return {
		created: 0,
		updated: 0,
		unchanged: 0,
		kept: 0,
		problem: 0,
		not_selected: 0,
		...changes,
	};
}

export function makeResource(changes: Partial<Resource> = {}): Resource {
	return {
		name: 'posts',
		kind: 'content',
		source: 6,
		create: 0,
		unchanged: 0,
		conflicting: 0,
		missing_reference: 0,
		created: 0,
		skipped: 0,
		failed: 0,
		verified: 0,
		different: 0,
		updated: 0,
		conflicts: 0,
		only_at_destination: 0,
		problems: 0,
		bytes: 0,
		bytes_total: 0,
		rows: null,
		compared: 0,
		source_digest: null,
		destination_digest: null,
		comparison: 'exact',
		compared_by: [],
		...changes,
	};
}

export function makeField(changes: Partial<FieldChange> = {}): FieldChange {
	return { field: 'title', type: 'string', before: null, after: null, cut: false, ...changes };
}

export function makeProblem(changes: Partial<Problem> = {}): Problem {
	return {
		resource: 'posts',
		key: '1',
		code: 'CONFLICT',
		message: 'Not overwritten: slug differs at the destination',
		columns: ['slug'],
		...changes,
	};
}

/** What the sidecar says of these problems in the run itself. */
export function counted(problems: Problem[]): Pick<Run, 'problem_count' | 'problem_groups'> {
	return { problem_count: problems.length, problem_groups: countEach(problems) };
}

export function makeRun(changes: Partial<Run> = {}): Run {
	return {
		id: RUN_ID,
		status: 'running',
		attempt: 1,
		dry_run: false,
		force: false,
		options: ['content'],
		batch_size: 10,
		invite: false,
		references: 'refuse',
		parts: null,
		selection: null,
		...SKIPS,
		plan: null,
		destination_url: 'http://destination',
		token_from: null,
		user: 'b9f7f1f0-4d5c-4f0e-8f0b-4a9c1d0f0a77',
		user_name: 'Ada Lovelace',
		cancelled_by: null,
		resumed_by: null,
		created_at: '2026-01-01T10:00:00Z',
		started_at: '2026-01-01T10:00:01Z',
		ended_at: null,
		seconds: 2,
		message: null,
		summary: null,
		cancelling: false,
		source: null,
		destination: null,
		schema: null,
		schema_added: null,
		stages: [{ name: 'extract', status: 'running', done: 0, total: 0, seconds: 0 }],
		current: null,
		rates: { rows_per_second: 0, bytes_per_second: 0 },
		throughput: [],
		pace: {},
		waiting: [],
		resources: [],
		problems: [],
		problem_count: 0,
		problem_groups: [],
		totals: {
			source: 0,
			create: 0,
			unchanged: 0,
			conflicting: 0,
			created: 0,
			skipped: 0,
			verified: 0,
			updated: 0,
			conflicts: 0,
			only_at_destination: 0,
			bytes: 0,
			bytes_total: 0,
			rows: null,
		},
		as_shown: false,
		notes: [],
		log: { lines: [], cursor: 0 },
		...changes,
	};
}

/** What the HTTP client throws for an answer of the sidecar or the relay. */
export function answerOf(status: number, code: string, message: string, field?: string) {
	return Object.assign(new Error('request failed'), {
		response: {
			status,
			data: { errors: [{ message, code, ...(field === undefined ? {} : { field }) }] },
		},
	});
}
