import { ref } from 'vue';
import type { RunSummary } from '../../contract';
import { chosenIn } from '../form/choices';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';
import { recallToken, rememberToken } from './typed-tokens';

/** Starts a run with the settings of an earlier one. */
export function useAgain(run: () => RunSummary) {
	const { startRun } = useMigration();
	const typed = ref('');
	const failure = ref<Failure | null>(null);
	const starting = ref(false);
	const asksToken = ref(false);

	function reset() {
		typed.value = '';
		failure.value = null;
		asksToken.value = run().token_from === null && recallToken(run().id) === null;
	}

	/**
	 * `plan` is the id of a dry run, to do exactly what it has found. Returns the id of the new run, or
	 * null if it was refused.
	 */
	async function start(dryRun: boolean, plan: string | null): Promise<string | null> {
		const again = run();
		const { id, destination_url, options, force, batch_size, invite, token_from } = again;
		const token = typed.value || (token_from === null ? (recallToken(id) ?? '') : '');
		starting.value = true;
		failure.value = null;

		try {
			const started = await startRun({
				destination_url,
				destination_token: token,
				token_from: token === '' ? token_from : null,
				options,
				dry_run: dryRun,
				force,
				batch_size,
				invite,
				...chosenIn(again),
				plan,
			});
			if (token !== '') rememberToken(started.id, token);
			return started.id;
		} catch (error) {
			failure.value = toFailure(error);
			asksToken.value ||= failure.value.field === 'destination_token';
			return null;
		} finally {
			starting.value = false;
		}
	}

	return { typed, failure, starting, asksToken, reset, start };
}
