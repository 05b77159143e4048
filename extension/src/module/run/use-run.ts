import { ref, shallowRef, watch } from 'vue';
import type { LogLine, Run } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { isActive } from '../status';
import { useMigration } from '../use-migration';
import { RETRY_MS, usePolling } from '../use-polling';

export const POLL_MS = 1_000;
export const KEPT_LINES = 2_000;
/** Failures that a retry cannot fix. */
const LASTING = ['RUN_NOT_FOUND', 'ROUTE_NOT_FOUND', 'FORBIDDEN'];

/** Follows one run: polls while it is active, and collects its log. */
export function useRun(id: () => string) {
	const { getRun, cancelRun, resumeRun } = useMigration();
	const run = shallowRef<Run | null>(null);
	const lines = ref<LogLine[]>([]);
	const failure = ref<Failure | null>(null);
	const retrying = ref(false);
	/** Why the last action failed; stays until the next action. */
	const refused = ref<Failure | null>(null);
	const cancelling = ref(false);
	const resuming = ref(false);
	let cursor = 0;

	const { start } = usePolling(load);
	watch(id, restart, { immediate: true });

	function restart() {
		run.value = null;
		lines.value = [];
		failure.value = null;
		retrying.value = false;
		refused.value = null;
		cancelling.value = false;
		resuming.value = false;
		cursor = 0;
		void start();
	}

	async function load(isLate: () => boolean): Promise<number | null> {
		try {
			const answer = await getRun(id(), cursor);
			if (isLate()) return null;
			failure.value = null;
			retrying.value = false;
			run.value = answer;
			// The worker may have died before it saw the request.
			if (!isActive(answer.status)) cancelling.value = false;
			const grew = takeLines(answer);
			if (isActive(answer.status) || grew) return POLL_MS;
			// The sidecar or another administrator may resume it.
			return answer.status === 'interrupted' ? RETRY_MS : null;
		} catch (error) {
			if (isLate()) return null;
			failure.value = toFailure(error);
			retrying.value = !LASTING.includes(failure.value.code);
			return retrying.value ? RETRY_MS : null;
		}
	}

	function takeLines({ log }: Run): boolean {
		if (log.cursor <= cursor) return false;
		cursor = log.cursor;
		lines.value = [...lines.value, ...log.lines].slice(-KEPT_LINES);
		return true;
	}

	/** Sends one action and reloads the run. Returns whether the action succeeded. */
	async function ask(request: (id: string) => Promise<unknown>): Promise<boolean> {
		const asked = id();
		refused.value = null;

		try {
			await request(asked);
		} catch (error) {
			if (asked === id()) refused.value = toFailure(error);
			return false;
		}

		if (asked === id()) await start();
		return true;
	}

	/** An active run ends at its next batch. Until then the button shows that it was pressed. */
	async function cancel() {
		const asked = id();
		cancelling.value = true;
		const done = await ask(cancelRun);
		if (asked === id()) cancelling.value = done;
	}

	async function resume() {
		const asked = id();
		resuming.value = true;
		await ask(resumeRun);
		if (asked === id()) resuming.value = false;
	}

	return { run, lines, failure, retrying, refused, cancelling, resuming, cancel, resume };
}
