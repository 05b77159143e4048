import { defineComponent, h } from 'vue';

/** Stubs of Directus' global components, with the props and events that the module uses. */

const button = defineComponent({
	props: {
		type: { type: String, default: 'button' },
		disabled: Boolean,
		loading: Boolean,
		kind: String,
	},
	emits: ['click'],
	setup:
		(props, { slots, emit }) =>
		() =>
			h('div', [
				h(
					'button',
					{ type: props.type, disabled: props.disabled, onClick: () => emit('click') },
					slots.default?.(),
				),
			]),
});

const input = defineComponent({
	props: { modelValue: String, type: String },
	emits: ['update:modelValue'],
	setup:
		(props, { slots, emit }) =>
		() =>
			slots.input
				? h('div', slots.input())
				: h('input', {
						type: props.type,
						value: props.modelValue,
						// Directus answers an emptied field with null.
						onInput: (event: Event) =>
							emit(
								'update:modelValue',
								(event.target as HTMLInputElement).value || null,
							),
					}),
});

const checkbox = defineComponent({
	props: { modelValue: Boolean, label: String },
	emits: ['update:modelValue'],
	setup:
		(props, { emit }) =>
		() =>
			h(
				'button',
				{
					type: 'button',
					role: 'checkbox',
					onClick: () => emit('update:modelValue', !props.modelValue),
				},
				props.label,
			),
});

const radio = defineComponent({
	props: { modelValue: [String, Number], value: [String, Number], label: String },
	emits: ['update:modelValue'],
	setup:
		(props, { emit }) =>
		() =>
			h(
				'button',
				{ type: 'button', onClick: () => emit('update:modelValue', props.value) },
				props.label,
			),
});

const box = defineComponent({
	setup:
		(_, { slots }) =>
		() =>
			h('div', slots.default?.()),
});
const titled = defineComponent({
	props: { title: String },
	setup:
		(props, { slots }) =>
		() =>
			h('div', [props.title, slots.default?.()]),
});

const dialog = defineComponent({
	props: { modelValue: Boolean },
	emits: ['update:modelValue', 'esc'],
	setup:
		(props, { slots }) =>
		() =>
			props.modelValue ? h('div', slots.default?.()) : null,
});

const drawer = defineComponent({
	props: { modelValue: Boolean, title: String },
	emits: ['update:modelValue', 'cancel'],
	setup:
		(props, { slots }) =>
		() =>
			props.modelValue ? h('div', [props.title, slots.actions?.(), slots.default?.()]) : null,
});

/** Directus' own editor of filters, as far as a test needs it. */
export const systemFilter = defineComponent({
	props: { value: Object, collectionName: String },
	emits: ['input'],
	setup: (props) => () => h('div', { 'data-test': 'system-filter' }, props.collectionName),
});

const page = defineComponent({
	setup:
		(_, { slots }) =>
		() =>
			h('div', [slots.actions?.(), slots['actions:primary']?.(), slots.default?.()]),
});

export const directusComponents = {
	'private-view': page,
	'v-button': button,
	'v-checkbox': checkbox,
	'v-card': box,
	'v-card-actions': box,
	'v-card-text': box,
	'v-card-title': box,
	'v-dialog': dialog,
	'v-divider': box,
	'v-drawer': drawer,
	'v-icon': box,
	'v-info': titled,
	'v-input': input,
	'v-notice': box,
	'v-radio': radio,
	'v-progress-circular': box,
	'v-progress-linear': box,
	'v-list': box,
	'v-list-item': box,
	'v-list-item-content': box,
	'v-list-item-icon': box,
	'sidebar-detail': titled,
	'router-link': box,
	'interface-system-filter': systemFilter,
};
