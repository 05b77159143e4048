import { computed, onScopeDispose, reactive, ref, toRaw } from 'vue';
import type { CheckRequest, Option, Run } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { rememberToken } from '../run/typed-tokens';
import { useMigration } from '../use-migration';
import { choicesOf } from './choices';
import type { ExistingForm } from './existing';
import { destinationOf, emptyInput, presetOf, type FormInput } from './form-input';
import { keepForm, recallForm } from './kept-form';
import { obstacleOf } from './obstacle';
import { withOption, type Chosen } from './parts';
import { hasScheme, schemeNote } from './scheme';
import { useCheck } from './use-check';

/** The content of the form, the result of its check, and whether a run may start. */
export function useForm() {
	const { startRun } = useMigration();
	const kept = recallForm();
	const input = reactive<FormInput>(kept?.input ?? emptyInput());
	const dryRun = ref(kept?.dryRun ?? true);
	/** The id of the chosen preset. */
	const preset = ref(kept?.preset ?? null);
	const force = ref(false);
	const notStarted = ref<Failure | null>(null);
	const starting = ref(false);
	/** Which scheme an address without one has got. */
	const addressNote = ref('');

	const request = computed<CheckRequest>(() => ({
		...destinationOf(input),
		options: [...input.options],
		...choicesOf(input),
	}));
	const nothing = computed(() => request.value.selection?.collections?.length === 0);
	const check = useCheck(() => request.value, kept?.attempt ?? null, () => !nothing.value);
	onScopeDispose(() =>
		keepForm({
			input: { ...toRaw(input) },
			dryRun: dryRun.value,
			attempt: check.attempt.value,
			preset: preset.value,
		}),
	);
	const { result, checking, updating, refused } = check;
	const failure = computed(() => notStarted.value ?? refused.value?.failure ?? null);

	const canCheck = computed(() => {
		const { destination_url, destination_token, token_from } = request.value;
		return (
			destination_url !== '' &&
			(destination_token !== '' || token_from !== null) &&
			!nothing.value &&
			!checking.value
		);
	});

	const forced = computed(() => force.value && result.value?.force_would_help === true);
	const obstacle = computed(() => {
		if (nothing.value) return 'Select at least one collection.';
		if (updating.value) return 'Checking again, because the options have changed …';
		return obstacleOf(result.value, {
			dryRun: dryRun.value,
			forced: forced.value,
			references: request.value.references,
			chosen: input,
		});
	});
	const canStart = computed(
		() => obstacle.value === '' && check.current.value && !checking.value && !starting.value,
	);

	async function runCheck() {
		if (!canCheck.value) return;
		const typed = input.url;
		notStarted.value = null;
		addressNote.value = '';
		force.value = false;
		await check.run();
		if (input.url === typed && !hasScheme(typed)) takeAddress();
	}

	/** The sidecar found out how a destination without http:// or https:// is reached. */
	function takeAddress() {
		const url = result.value?.destination.url;
		if (url === undefined) return;
		addressNote.value = schemeNote(url);
		input.url = url;
		check.adopt();
	}

	/** Includes the targets of references, and checks again. */
	async function include(option: Option) {
		choose(withOption(input, option, true));
		await runCheck();
	}

	/** Includes only the rows that references point at, and checks again. */
	async function bring() {
		input.references = 'bring';
		await runCheck();
	}

	function choose({ options, parts }: Chosen) {
		Object.assign(input, { options, parts });
	}

	function update({ existing, conflicts, overwriteSettings }: ExistingForm) {
		Object.assign(input, { existing, conflicts, overwriteSettings });
	}

	async function start(): Promise<Run | null> {
		if (!canStart.value) return null;
		const { batch_size, invite } = presetOf(input);
		const asked = request.value;
		starting.value = true;
		notStarted.value = null;

		try {
			const run = await startRun({
				...asked,
				dry_run: dryRun.value,
				force: forced.value,
				batch_size,
				invite,
				references: policyToStart(asked),
				plan: null,
			});
			if (asked.destination_token !== '') rememberToken(run.id, asked.destination_token);
			return run;
		} catch (error) {
			notStarted.value = toFailure(error);
			return null;
		} finally {
			starting.value = false;
		}
	}

	/** Without a selection, leave only those references empty that the check has shown. */
	function policyToStart({ selection, references }: CheckRequest) {
		const shown = selection !== null || result.value?.references.length !== 0;
		return references === 'empty' && !shown ? 'refuse' : references;
	}

	/** Replaces the content. The earlier check no longer applies. */
	function fill(next: FormInput) {
		Object.assign(input, next);
		check.reset();
		notStarted.value = null;
		addressNote.value = '';
	}

	/** Replaces a typed token with its saved form. The check still applies. */
	function fillSaved(next: FormInput) {
		const checked = check.current.value && result.value !== null;
		Object.assign(input, next);
		if (checked) check.adopt();
		else check.reset();
	}

	return {
		input,
		policy: computed(() => request.value.references),
		preset,
		dryRun,
		force,
		result,
		refused,
		outdated: check.outdated,
		wrongField: check.wrongField,
		addressNote,
		failure,
		checking,
		doing: check.doing,
		updating,
		starting,
		canCheck,
		obstacle,
		canStart,
		runCheck,
		include,
		bring,
		choose,
		update,
		start,
		fill,
		fillSaved,
	};
}

export type Form = ReturnType<typeof useForm>;
