import { ref } from 'vue';
import type { RunSummary, Selection } from '../../contract';
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

	/** Returns the id of the new run, or null if it was refused. */
	async function start(dryRun: boolean): Promise<string | null> {
		const { id, destination_url, options, force, batch_size, invite, references, token_from } =
			run();
		const { parts, selection } = run();
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
				references,
				parts,
				selection: selection === null ? null : chosen(selection),
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

/** What was chosen, without what it came to. */
function chosen({ collections, exclude, filters, since }: Selection): Selection {
	return { collections, exclude, filters, since };
}
