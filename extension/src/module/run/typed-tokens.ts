/** Tokens that were typed for a run, in the memory of this page only: a reload forgets them, and nothing is stored. */
const tokens = new Map<string, string>();

export function rememberToken(runId: string, token: string): void {
	tokens.set(runId, token);
}

export function recallToken(runId: string): string | null {
	return tokens.get(runId) ?? null;
}
