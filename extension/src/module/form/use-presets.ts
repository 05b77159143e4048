import { computed, ref } from 'vue';
import type { Configuration, Preset, Scope } from '../../contract';
import { toFailure, type Failure } from '../failure';
import { useMigration } from '../use-migration';
import { useToasts } from '../use-toasts';
import { RETRY_MS, usePolling } from '../use-polling';
import { differsFrom, emptyInput, inputOfDefaults, inputOfPreset, presetOf } from './form-input';
import type { Form } from './use-form';

/** The presets, the chosen one and its actions. Fills the form from it, else from the defaults. */
export function usePresets({ input, preset: chosenId, fill, fillSaved }: Form) {
	const { getConfiguration, createPreset, updatePreset, deletePreset } = useMigration();
	const configuration = ref<Configuration | null>(null);
	const chosen = computed(() => presets.value.find(({ id }) => id === chosenId.value) ?? null);
	const loadFailure = ref<Failure | null>(null);
	const failure = ref<Failure | null>(null);
	const busy = ref(false);
	const { done } = useToasts();

	const loading = computed(() => configuration.value === null && loadFailure.value === null);
	const presets = computed(() => configuration.value?.presets ?? []);
	const role = computed(() => configuration.value?.role ?? null);
	const defaults = computed(() => configuration.value?.defaults ?? null);
	const hasDefaults = computed(() => (defaults.value?.destination_url ?? '') !== '');
	const changed = computed(() => chosen.value !== null && differsFrom(chosen.value, input));

	const { start } = usePolling(async (isLate) => {
		try {
			const answer = await getConfiguration();
			if (isLate()) return null;
			configuration.value = answer;
			loadFailure.value = null;
			if (JSON.stringify(input) === JSON.stringify(emptyInput())) choose(null);
			return null;
		} catch (error) {
			loadFailure.value = toFailure(error);
			return RETRY_MS;
		}
	});
	void start();

	function choose(id: number | null) {
		failure.value = null;
		chosenId.value = id;
		if (chosen.value) fill(inputOfPreset(chosen.value, defaults.value));
		else fill(defaults.value ? inputOfDefaults(defaults.value) : emptyInput());
	}

	/** Returns whether the request succeeded. If not, `failure` says why. */
	async function attempt(request: () => Promise<void>): Promise<boolean> {
		busy.value = true;
		failure.value = null;

		try {
			await request();
			return true;
		} catch (error) {
			failure.value = toFailure(error);
			return false;
		} finally {
			busy.value = false;
		}
	}

	const create = (name: string, scope: Scope) =>
		attempt(async () => {
			const preset = await createPreset({ ...presetOf(input), name, scope });
			keep([...presets.value, preset], preset);
			fillSaved(inputOfPreset(preset, defaults.value));
			done(`The preset “${preset.name}” is saved.`);
		});

	const update = ({ id }: Preset) =>
		attempt(async () => {
			const sent = presetOf(input);
			const preset = await updatePreset(id, sent);
			const stays = chosen.value?.id === id;
			keep(replaced(preset), stays ? preset : chosen.value);
			// Keep what was typed in the meantime.
			if (stays && JSON.stringify(presetOf(input)) === JSON.stringify(sent))
				fillSaved(inputOfPreset(preset, defaults.value));
			done(`The preset “${preset.name}” is updated.`);
		});

	const rename = ({ id }: Preset, name: string, scope: Scope) =>
		attempt(async () => {
			const preset = await updatePreset(id, { name, scope });
			keep(replaced(preset), preset);
			done(`The preset is now called “${preset.name}”.`);
		});

	const remove = ({ id, name }: Preset) =>
		attempt(async () => {
			await deletePreset(id);
			keep(
				presets.value.filter((preset) => preset.id !== id),
				null,
			);
			choose(null);
			done(`The preset “${name}” is deleted.`);
		});

	function replaced(preset: Preset): Preset[] {
		return presets.value.map((other) => (other.id === preset.id ? preset : other));
	}

	function keep(all: Preset[], one: Preset | null) {
		if (configuration.value) configuration.value.presets = all;
		chosenId.value = one?.id ?? null;
	}

	return {
		loading,
		presets,
		chosen,
		role,
		hasDefaults,
		changed,
		loadFailure,
		failure,
		busy,
		choose,
		create,
		update,
		rename,
		remove,
	};
}
