import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { LogLine, Run } from '../../types';
import { toFailure, type Failure } from '../failure';
import { isActive } from '../status';
import { useMigration } from '../use-migration';

export const POLL_MS = 1_000;
export const RETRY_MS = 5_000;
export const KEPT_LINES = 2_000;
/** Failures after which asking again cannot help. */
const LASTING = ['RUN_NOT_FOUND', 'ROUTE_NOT_FOUND', 'FORBIDDEN'];

/** Follows one run: polls while it is under way, collects its log, stops at its end and when the page is left. */
export function useRun(id: () => string) {
	const { getRun, cancelRun, resumeRun } = useMigration();
	const run = shallowRef<Run | null>(null);
	const lines = ref<LogLine[]>([]);
	const failure = ref<Failure | null>(null);
	const retrying = ref(false);
	const cancelling = ref(false);
	const resuming = ref(false);
	let timer: ReturnType<typeof setTimeout> | undefined;
	let cursor = 0;
	// Grows when another run is shown or the page is left, so that late answers are recognised.
	let generation = 0;

	watch(id, restart, { immediate: true });
	onScopeDispose(stop);

	function stop() {
		generation += 1;
		clearTimeout(timer);
	}

	function restart() {
		stop();
		run.value = null;
		lines.value = [];
		failure.value = null;
		retrying.value = false;
		cancelling.value = false;
		resuming.value = false;
		cursor = 0;
		void poll(generation);
	}

	async function poll(mine: number) {
		const wait = await load(mine);
		if (mine === generation && wait !== null) timer = setTimeout(() => void poll(mine), wait);
	}

	/** Answers how long to wait before asking again, null for never. */
	async function load(mine: number): Promise<number | null> {
		try {
			const answer = await getRun(id(), cursor);
			if (mine !== generation) return null;
			failure.value = null;
			retrying.value = false;
			run.value = answer;
			const grew = takeLines(answer);
			if (isActive(answer.status) || grew) return POLL_MS;
			// It may be resumed by itself, or by somebody else.
			return answer.status === 'interrupted' ? RETRY_MS : null;
		} catch (error) {
			if (mine !== generation) return null;
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

	async function cancel() {
		const mine = generation;
		cancelling.value = true;

		try {
			await cancelRun(id());
		} catch (error) {
			if (mine !== generation) return;
			failure.value = toFailure(error);
			cancelling.value = false;
		}
	}

	async function resume() {
		const mine = generation;
		resuming.value = true;

		try {
			await resumeRun(id());
			if (mine !== generation) return;
			cancelling.value = false;
			clearTimeout(timer);
			await poll(mine);
		} catch (error) {
			if (mine === generation) failure.value = toFailure(error);
		} finally {
			if (mine === generation) resuming.value = false;
		}
	}

	return { run, lines, failure, retrying, cancelling, resuming, cancel, resume };
}
