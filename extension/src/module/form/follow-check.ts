import type { CheckRequest, CheckResult, CheckState } from '../../contract';
import type { useMigration } from '../use-migration';

/** How long to wait before the state of a check is asked for again. */
export const FOLLOW_MS = 2_000;

/**
 * Checks a destination, and follows a check that takes long: `tell` gets what it does, and returns
 * false once nobody waits any more, which cancels it. Throws as the HTTP client does.
 */
export async function followCheck(
	migration: ReturnType<typeof useMigration>,
	request: CheckRequest,
	tell: (doing: string) => boolean,
): Promise<CheckResult> {
	let answer: CheckResult | CheckState = await migration.check(request);

	while ('check' in answer) {
		const { id, doing, result, failure } = answer.check;
		if (result) return result;
		if (failure) throw { response: { status: failure.status, data: failure } };

		if (!tell(doing)) {
			await migration.cancelCheck(id);
			throw new Error('Nobody waits for this check.');
		}

		await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
		answer = await migration.getCheck(id);
	}

	return answer;
}
