/** Tokens typed for a run. They are kept in memory only: a reload or another login deletes them. */
const tokens = new Map<string, string>();

export function rememberToken(runId: string, token: string): void {
	tokens.set(runId, token);
}

export function forgetTokens(): void {
	tokens.clear();
}

export function recallToken(runId: string): string | null {
	return tokens.get(runId) ?? null;
}
