import { onScopeDispose } from 'vue';

/** How long to wait after a failure. */
export const RETRY_MS = 5_000;

/**
 * Calls `ask` again and again until the user leaves the page. `ask` returns the milliseconds to
 * wait before the next call, or null to end. `isLate` tells whether polling was restarted in the
 * meantime: the answer is then outdated.
 */
export function usePolling(ask: (isLate: () => boolean) => Promise<number | null>) {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let left = false;
	// Counts the starts.
	let series = 0;

	onScopeDispose(() => {
		stop();
		left = true;
	});

	function stop() {
		series += 1;
		clearTimeout(timer);
	}

	/** Restarts after `wait` milliseconds. Without `wait` it resolves after the first call. */
	async function start(wait?: number) {
		stop();
		if (left) return;
		if (wait === undefined) await go(series);
		else schedule(wait, series);
	}

	function schedule(wait: number, mine: number) {
		timer = setTimeout(() => void go(mine), wait);
	}

	async function go(mine: number) {
		const isLate = () => mine !== series;
		const wait = await ask(isLate);
		if (!isLate() && wait !== null) schedule(wait, mine);
	}

	return { start, stop };
}
