import { computed, reactive, ref } from 'vue';
import type { CheckRequest, CheckResult, Option, Run } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { rememberToken } from '../run/typed-tokens';
import { useMigration } from '../use-migration';
import { destinationOf, emptyInput, presetOf, type FormInput } from './form-input';
import { obstacleOf } from './obstacle';
import { withOption } from './options';

/** The answer to one check. */
interface Attempt {
	request: CheckRequest;
	result: CheckResult | null;
	failure: Failure | null;
}

/** The content of the form, the result of its check, and whether a run may start. */
export function useForm() {
	const { check, startRun } = useMigration();
	const input = reactive<FormInput>(emptyInput());
	const dryRun = ref(true);
	const force = ref(false);
	const attempt = ref<Attempt | null>(null);
	const failure = ref<Failure | null>(null);
	const checking = ref(false);
	const starting = ref(false);

	const request = computed<CheckRequest>(() => ({
		...destinationOf(input),
		options: [...input.options],
	}));

	const canCheck = computed(() => {
		const { destination_url, destination_token, token_from } = request.value;
		return (
			destination_url !== '' &&
			(destination_token !== '' || token_from !== null) &&
			!checking.value
		);
	});

	const current = computed(
		() => JSON.stringify(attempt.value?.request) === JSON.stringify(request.value),
	);
	const result = computed(() => (current.value ? (attempt.value?.result ?? null) : null));
	const outdated = computed(() => !current.value && (attempt.value?.result ?? null) !== null);
	const refused = computed(() => {
		const { failure: reason, request: asked } = attempt.value ?? {};
		return reason && asked ? { failure: reason, url: asked.destination_url } : null;
	});

	const forced = computed(() => force.value && result.value?.force_would_help === true);
	const obstacle = computed(() =>
		obstacleOf(result.value, {
			dryRun: dryRun.value,
			forced: forced.value,
			references: input.references,
		}),
	);
	const canStart = computed(() => obstacle.value === '' && !checking.value && !starting.value);

	async function runCheck() {
		if (!canCheck.value) return;
		const asked = request.value;
		checking.value = true;
		failure.value = null;
		attempt.value = null;
		force.value = false;

		try {
			attempt.value = { request: asked, result: await check(asked), failure: null };
		} catch (error) {
			failure.value = toFailure(error);
			attempt.value = { request: asked, result: null, failure: failure.value };
		} finally {
			checking.value = false;
		}
	}

	/** Includes the targets of references, and checks again. */
	async function include(option: Option) {
		input.options = withOption(input.options, option, true);
		await runCheck();
	}

	async function start(): Promise<Run | null> {
		if (!canStart.value) return null;
		const { batch_size, invite } = presetOf(input);
		// Leave only those references empty that a check has shown.
		const references = result.value?.references.length === 0 ? 'refuse' : input.references;
		const asked = request.value;
		starting.value = true;
		failure.value = null;

		try {
			const run = await startRun({
				...asked,
				dry_run: dryRun.value,
				force: forced.value,
				batch_size,
				invite,
				references,
			});
			if (asked.destination_token !== '') rememberToken(run.id, asked.destination_token);
			return run;
		} catch (error) {
			failure.value = toFailure(error);
			return null;
		} finally {
			starting.value = false;
		}
	}

	/** Replaces the content. The earlier check no longer applies. */
	function fill(next: FormInput) {
		Object.assign(input, next);
		attempt.value = null;
		failure.value = null;
	}

	/** Replaces a typed token with its saved form. The check still applies. */
	function fillSaved(next: FormInput) {
		const checked = result.value === null ? null : attempt.value;
		Object.assign(input, next);
		if (checked) checked.request = request.value;
	}

	return {
		input,
		dryRun,
		force,
		result,
		refused,
		outdated,
		failure,
		checking,
		starting,
		canCheck,
		obstacle,
		canStart,
		runCheck,
		include,
		start,
		fill,
		fillSaved,
	};
}

export type Form = ReturnType<typeof useForm>;
