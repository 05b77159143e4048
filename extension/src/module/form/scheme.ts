/** The sidecar completes an address without a scheme, and says in its answer how it did. */
export function hasScheme(url: string): boolean {
	return url.includes('://');
}

export function schemeNote(url: string): string {
	return url.startsWith('https:')
		? `Connected over https: ${url}`
		: `Connected over http, because https does not answer: ${url}. ` +
				'The token and all data are sent unencrypted.';
}
