import { computed, onScopeDispose, ref, watch } from 'vue';
import type { CheckRequest, CheckResult } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';
import { followCheck } from './follow-check';

/** The answer to one check. */
export interface Attempt {
	request: CheckRequest;
	result: CheckResult | null;
	failure: Failure | null;
}

/** How long to wait for further changes of the options before the check is repeated. */
export const QUIET_MS = 600;
const NOT_ABOUT_INPUT = ['DESTINATION_BUSY', 'TOO_MANY_REQUESTS'];

/**
 * Checks a destination, and repeats the check quietly when only what to migrate changes and
 * `canRepeat` allows it.
 */
export function useCheck(
	request: () => CheckRequest,
	last: Attempt | null,
	canRepeat: () => boolean,
) {
	const migration = useMigration();
	const attempt = ref<Attempt | null>(last);
	const checking = ref(false);
	/** What a check that takes long does. */
	const doing = ref('');
	/** Whether the shown result is being brought up to date. */
	const updating = ref(false);
	let timer: ReturnType<typeof setTimeout> | undefined;
	/** Counts the checks. The answer to an earlier one is outdated. */
	let series = 0;
	let asking: CheckRequest | null = null;

	const sameDestination = computed(
		() => attempt.value !== null && isSame(attempt.value.request, request(), false),
	);
	const current = computed(
		() => attempt.value !== null && isSame(attempt.value.request, request(), true),
	);
	const result = computed(() => (sameDestination.value ? (attempt.value?.result ?? null) : null));
	const outdated = computed(
		() => !sameDestination.value && (attempt.value?.result ?? null) !== null,
	);
	const refused = computed(() => {
		const { failure, request: asked } = attempt.value ?? {};
		return failure && asked ? { failure, url: asked.destination_url } : null;
	});
	const wrongField = computed(() => {
		const failure = refused.value?.failure;
		const shown = failure && sameDestination.value && !NOT_ABOUT_INPUT.includes(failure.code);
		return shown ? failure.field : null;
	});

	watch(
		() => JSON.stringify(chosenIn(request())),
		() => {
			if (asking !== null && isSame(asking, request(), true)) return;
			if (checking.value) void run();
			else updateSoon();
		},
	);
	onScopeDispose(stop);

	function updateSoon() {
		stop();
		if (result.value === null || current.value || !canRepeat()) return;
		updating.value = true;
		timer = setTimeout(() => void ask(), QUIET_MS);
	}

	/** Forgets the check, also one under way. */
	function reset() {
		stop();
		attempt.value = null;
	}

	function stop() {
		clearTimeout(timer);
		series += 1;
		asking = null;
		checking.value = false;
		updating.value = false;
		doing.value = '';
	}

	/** Runs a check that the user asked for. The earlier result disappears. */
	async function run() {
		stop();
		attempt.value = null;
		checking.value = true;
		await ask();
	}

	async function ask() {
		const asked = request();
		const mine = series;
		asking = asked;
		let answer: Attempt;

		try {
			const result = await followCheck(migration, asked, (now) => {
				if (mine === series) doing.value = now;
				return mine === series;
			});
			answer = { request: asked, result, failure: null };
		} catch (error) {
			answer = { request: asked, result: null, failure: toFailure(error) };
		}

		if (mine !== series) return;
		stop();
		attempt.value = answer;
	}

	/** The form now describes the checked destination in another way. */
	function adopt() {
		if (attempt.value) attempt.value.request = request();
	}

	return {
		attempt,
		checking,
		doing,
		updating,
		result,
		current,
		outdated,
		refused,
		wrongField,
		run,
		reset,
		adopt,
	};
}

function isSame(one: CheckRequest, other: CheckRequest, withOptions: boolean): boolean {
	const parts = (request: CheckRequest) => [
		request.destination_url,
		request.destination_token,
		request.token_from,
		withOptions ? chosenIn(request) : null,
	];
	return JSON.stringify(parts(one)) === JSON.stringify(parts(other));
}

/** Of the ways with references, only one brings more rows. */
function chosenIn({ options, selection, parts, references, existing }: CheckRequest) {
	return [options, selection, parts, references === 'bring', existing];
}
