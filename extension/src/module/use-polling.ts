import { onScopeDispose } from 'vue';

/** After a failure. */
export const RETRY_MS = 5_000;

/**
 * Asks again and again until the page is left. `ask` answers how many milliseconds to wait before the next time, null to
 * end; `isLate` tells whether somebody has started anew meanwhile, so that the answer is of no use any more.
 */
export function usePolling(ask: (isLate: () => boolean) => Promise<number | null>) {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let left = false;
	// Grows with each start.
	let series = 0;

	onScopeDispose(() => {
		stop();
		left = true;
	});

	function stop() {
		series += 1;
		clearTimeout(timer);
	}

	/** Begins anew, at once or after so many milliseconds; answers when the first question is answered. */
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
