import { readFileSync } from 'node:fs';
import { Refusal } from './refusal';

export type Environment = Record<string, unknown>;

export interface Settings {
	url: string;
	secret: string;
	publicUrl: string | null;
}

/**
 * Directus converts values (`12,34` to a list, `1e5` to a number), which would change a secret. For
 * a converted value this reads the original text from the process. Directus resolves `*_FILE` for
 * its own variables only.
 */
function readText(env: Environment, name: string): string {
	const given = env[name];
	if (typeof given === 'string') return given.trim();
	const raw = process.env[name];
	if (given !== undefined && given !== null) return (raw ?? String(given)).trim();
	const file = env[`${name}_FILE`];
	return typeof file === 'string' ? readSecretFile(name, file) : '';
}

function readSecretFile(name: string, path: string): string {
	try {
		return readFileSync(path, 'utf8').trim();
	} catch {
		throw notConfigured(`The file that ${name}_FILE names cannot be read.`);
	}
}

function notConfigured(message: string): Refusal {
	return new Refusal(503, 'SIDECAR_NOT_CONFIGURED', message);
}

function required(env: Environment, name: string): string {
	const value = readText(env, name);
	if (value === '') throw notConfigured(`${name} is not set in the environment of Directus.`);
	return value;
}

function isHttpUrl(value: string): boolean {
	return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

export function readSettings(env: Environment): Settings {
	const url = required(env, 'MIGRATION_SIDECAR_URL').replace(/\/+$/, '');
	if (!isHttpUrl(url)) throw notConfigured('MIGRATION_SIDECAR_URL is not an http or https URL.');
	const secret = required(env, 'MIGRATION_SIDECAR_SECRET');
	const publicUrl = readText(env, 'PUBLIC_URL');
	return { url, secret, publicUrl: isHttpUrl(publicUrl) ? publicUrl : null };
}
