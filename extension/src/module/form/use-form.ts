import { computed, reactive, ref } from 'vue';
import type { CheckResult, Run } from '../../types';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';

const OPTIONS = ['content'];
const BATCH_SIZE = 10;

/** What is typed, what the check of exactly that said, and whether a run may start. */
export function useForm() {
	const { check, startRun } = useMigration();
	const input = reactive({ url: '', token: '', dryRun: true, force: false });
	const checked = ref<{ url: string; token: string; result: CheckResult } | null>(null);
	const failure = ref<Failure | null>(null);
	const checking = ref(false);
	const starting = ref(false);

	const destination = computed(() => ({
		destination_url: input.url.trim(),
		destination_token: input.token.trim(),
		options: OPTIONS,
	}));

	const canCheck = computed(
		() => destination.value.destination_url !== '' && destination.value.destination_token !== '' && !checking.value,
	);

	const result = computed(() => {
		const { destination_url: url, destination_token: token } = destination.value;
		return checked.value?.url === url && checked.value.token === token ? checked.value.result : null;
	});

	const outdated = computed(() => checked.value !== null && result.value === null);
	const force = computed(() => input.force && result.value?.force_would_help === true);
	const canStart = computed(
		() => result.value !== null && (result.value.compatible || force.value) && !checking.value && !starting.value,
	);

	async function runCheck() {
		if (!canCheck.value) return;
		const request = destination.value;
		checking.value = true;
		failure.value = null;
		checked.value = null;
		input.force = false;

		try {
			const answer = await check(request);
			checked.value = { url: request.destination_url, token: request.destination_token, result: answer };
		} catch (error) {
			failure.value = toFailure(error);
		} finally {
			checking.value = false;
		}
	}

	async function start(): Promise<Run | null> {
		if (!canStart.value) return null;
		starting.value = true;
		failure.value = null;

		try {
			return await startRun({
				...destination.value,
				dry_run: input.dryRun,
				force: force.value,
				batch_size: BATCH_SIZE,
			});
		} catch (error) {
			failure.value = toFailure(error);
			return null;
		} finally {
			starting.value = false;
		}
	}

	return { input, result, outdated, failure, checking, starting, canCheck, canStart, runCheck, start };
}
