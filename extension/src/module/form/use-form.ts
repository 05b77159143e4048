import { computed, reactive, ref } from 'vue';
import type { CheckRequest, CheckResult, Run } from '../../types';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';
import type { Option } from './options';

const BATCH_SIZE = 10;

/** What is typed, what the check of exactly that said, and whether a run may start. */
export function useForm() {
	const { check, startRun } = useMigration();
	const input = reactive({ url: '', token: '', options: ['content'] as Option[], invite: false, dryRun: true, force: false });
	const checked = ref<{ request: CheckRequest; result: CheckResult } | null>(null);
	const failure = ref<Failure | null>(null);
	const checking = ref(false);
	const starting = ref(false);

	const destination = computed<CheckRequest>(() => ({
		destination_url: input.url.trim(),
		destination_token: input.token.trim(),
		options: [...input.options],
	}));

	const canCheck = computed(
		() => destination.value.destination_url !== '' && destination.value.destination_token !== '' && !checking.value,
	);

	const result = computed(() =>
		JSON.stringify(checked.value?.request) === JSON.stringify(destination.value) ? (checked.value?.result ?? null) : null,
	);

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
			checked.value = { request, result: answer };
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
				invite: input.invite && input.options.includes('users'),
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
