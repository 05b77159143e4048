import type {
	Defaults,
	Destination,
	Preset,
	PresetInput,
	TokenSource,
} from '../../contract';
import { choicesOf, chooses, type Chooses } from './choices';
import { skipsExisting } from './existing';
import { DEFAULT_BATCH_SIZE, OPTIONS } from './options';
import { partsOf } from './parts';
import { everything } from './selection';

/** Where a saved token is kept, and the only URL that it is sent to. */
export interface SavedToken {
	from: TokenSource;
	url: string;
}

/** The content of the form. */
export interface FormInput extends Chooses {
	url: string;
	/** The typed token, never a saved one. */
	token: string;
	saved: SavedToken | null;
	/** Collections that the preset has selected and that no longer exist. */
	gone: string[];
	/** Whether the user has cleared the saved token. */
	cleared: boolean;
	batchSize: number;
	invite: boolean;
}

export function emptyInput(): FormInput {
	return {
		url: '',
		token: '',
		saved: null,
		cleared: false,
		options: OPTIONS.map(({ value }) => value),
		batchSize: DEFAULT_BATCH_SIZE,
		invite: false,
		selection: everything(),
		parts: null,
		references: null,
		...skipsExisting(),
		gone: [],
	};
}

export function inputOfDefaults(defaults: Defaults): FormInput {
	return { ...emptyInput(), ...common(defaults, 'environment') };
}

/** A preset without a token uses the environment's token, if that is for the same URL. */
export function inputOfPreset(preset: Preset, defaults: Defaults | null): FormInput {
	const { batch_size: batchSize, invite } = preset;
	const input = {
		...emptyInput(),
		...common(preset, `preset:${preset.id}`),
		...chooses(preset),
		gone: preset.gone,
		batchSize,
		invite,
	};
	const byDefault =
		!preset.has_token &&
		defaults?.has_token &&
		sameAddress(defaults.destination_url, preset.destination_url);
	return byDefault
		? { ...input, saved: { from: 'environment', url: defaults.destination_url } }
		: input;
}

function common(basis: Defaults, from: TokenSource) {
	const url = basis.destination_url;
	return { url, saved: basis.has_token ? { from, url } : null, options: [...basis.options] };
}

/** Whether both URLs mean one Directus, with or without `/admin`. The sidecar checks it again. */
export function sameAddress(one: string, other: string): boolean {
	return bare(one) === bare(other);
}

function bare(url: string): string {
	return url
		.trim()
		.replace(/\/+$/, '')
		.replace(/\/admin$/, '')
		.replace(/\/+$/, '');
}

/** The saved token that a request would use: if nothing is typed and the URL is the saved one. */
export function tokenInUse({ url, token, saved, cleared }: FormInput): SavedToken | null {
	return saved !== null && !cleared && token.trim() === '' && sameAddress(saved.url, url)
		? saved
		: null;
}

export function destinationOf(input: FormInput): Destination {
	return {
		destination_url: input.url.trim(),
		destination_token: input.token.trim(),
		token_from: tokenInUse(input)?.from ?? null,
	};
}

/** A preset never stores the environment's token. */
export function presetOf(input: FormInput): Omit<PresetInput, 'name' | 'scope'> {
	const destination = destinationOf(input);
	return {
		...destination,
		token_from: destination.token_from === 'environment' ? null : destination.token_from,
		options: [...input.options],
		batch_size: input.batchSize,
		invite: input.invite && partsOf(input).includes('users'),
		...choicesOf(input),
	};
}

/** Whether the form differs from `preset`. */
export function differsFrom(preset: Preset, input: FormInput): boolean {
	const { destination_token, ...form } = presetOf(input);
	return (
		destination_token !== '' ||
		(input.saved !== null && input.saved.from !== 'environment' && input.cleared) ||
		!sameAddress(input.url, preset.destination_url) ||
		settingsOf(form) !== settingsOf({ ...preset, ...choicesOf({ ...preset, ...chooses(preset) }) })
	);
}

function settingsOf(some: Omit<PresetInput, keyof Destination | 'name' | 'scope'>): string {
	const { options, batch_size, invite, selection, parts, references } = some;
	const { existing, conflicts, overwrite_settings: settings } = some;
	const sorted = [options, parts ?? []].map((names) => [...names].sort());
	const rows = [selection, references, existing, conflicts, settings];
	return JSON.stringify([sorted, batch_size, invite, rows]);
}
