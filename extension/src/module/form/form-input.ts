import type { Defaults, Destination, Option, Preset, PresetInput, ReferencePolicy, TokenSource } from '../../contract';
import { DEFAULT_BATCH_SIZE, OPTIONS } from './options';

/** A token that the sidecar keeps, and the only address that it is sent to. */
export interface SavedToken {
	from: TokenSource;
	url: string;
}

/** What the form holds, and what a preset keeps of it. */
export interface FormInput {
	url: string;
	/** What is typed. A saved token never comes here. */
	token: string;
	saved: SavedToken | null;
	/** The saved token is not to be used. */
	cleared: boolean;
	options: Option[];
	batchSize: number;
	invite: boolean;
	references: ReferencePolicy;
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
		references: 'refuse',
	};
}

export function inputOfDefaults(defaults: Defaults): FormInput {
	return { ...emptyInput(), ...common(defaults, 'environment') };
}

/** A preset without a token of its own uses that of the environment, where it is for the same address. */
export function inputOfPreset(preset: Preset, defaults: Defaults | null): FormInput {
	const { batch_size: batchSize, invite, references } = preset;
	const input = { ...emptyInput(), ...common(preset, `preset:${preset.id}`), batchSize, invite, references };
	const byDefault = !preset.has_token && defaults?.has_token && sameAddress(defaults.destination_url, preset.destination_url);
	return byDefault ? { ...input, saved: { from: 'environment', url: defaults.destination_url } } : input;
}

function common(basis: Defaults, from: TokenSource) {
	const url = basis.destination_url;
	return { url, saved: basis.has_token ? { from, url } : null, options: [...basis.options] };
}

/** Whether both name one Directus, if perhaps by the address of its app. The sidecar has the last word. */
export function sameAddress(one: string, other: string): boolean {
	return bare(one) === bare(other);
}

function bare(url: string): string {
	return url.trim().replace(/\/+$/, '').replace(/\/admin$/, '').replace(/\/+$/, '');
}

/** The saved token that a request would use: a typed one goes before it, and it belongs to one address. */
export function tokenInUse({ url, token, saved, cleared }: FormInput): SavedToken | null {
	return saved !== null && !cleared && token.trim() === '' && sameAddress(saved.url, url) ? saved : null;
}

export function destinationOf(input: FormInput): Destination {
	return {
		destination_url: input.url.trim(),
		destination_token: input.token.trim(),
		token_from: tokenInUse(input)?.from ?? null,
	};
}

/** The token of the environment stays where it is. */
export function presetOf(input: FormInput): Omit<PresetInput, 'name' | 'scope'> {
	const destination = destinationOf(input);
	return {
		...destination,
		token_from: destination.token_from === 'environment' ? null : destination.token_from,
		options: [...input.options],
		batch_size: input.batchSize,
		invite: input.invite && input.options.includes('users'),
		references: input.references,
	};
}

/** Whether something was changed since `preset` was chosen or saved. */
export function differsFrom(preset: Preset, input: FormInput): boolean {
	const { options, batch_size, invite, references, destination_token } = presetOf(input);
	return (
		destination_token !== '' ||
		(input.saved !== null && input.saved.from !== 'environment' && input.cleared) ||
		!sameAddress(input.url, preset.destination_url) ||
		JSON.stringify([[...options].sort(), batch_size, invite, references]) !==
			JSON.stringify([[...preset.options].sort(), preset.batch_size, preset.invite, preset.references])
	);
}
