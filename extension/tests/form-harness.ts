import { flushPromises, mount } from '@vue/test-utils';
import type { Mock } from 'vitest';
import FormPage from '../src/module/form/form-page.vue';
import { forgetForm } from '../src/module/form/kept-form';
import type { Configuration, RunSummary } from '../src/contract';
import { directusComponents } from './directus-components';
import { makeCheck, makeConfiguration, makeRun } from './fixtures';

export type Api = Record<'get' | 'post' | 'patch' | 'delete', Mock>;

interface Answers {
	configuration?: Configuration | Error;
	counts?: Record<string, number> | Error | Promise<never>;
	runs?: RunSummary[] | Error;
	/** Whether the user comes back to a form that was left. */
	back?: boolean;
}

/** The form's page with everything that it loads answered, and what a person does with it. */
export async function openForm(
	api: Api,
	{ configuration = makeConfiguration(), counts = {}, runs = [], back = false }: Answers = {},
) {
	if (!back) forgetForm();
	const options = isPlain(counts)
		? Object.entries(counts).map(([name, rows]) => ({ name, rows }))
		: counts;
	api.get.mockImplementation(async (path: string) => {
		const answer = {
			'/migration/presets': configuration,
			'/migration/options': options,
			'/migration/runs': runs,
		}[path];
		if (answer instanceof Error) throw answer;
		const data = await answer;
		return {
			data:
				path === '/migration/options'
					? { options: data }
					: path === '/migration/runs'
						? { runs: data }
						: data,
		};
	});

	const page = mount(FormPage, {
		attachTo: document.body,
		global: { components: directusComponents },
	});
	await flushPromises();
	const find = (name: string) => page.find<HTMLElement>(`[data-test="${name}"]`);

	async function press(name: string) {
		const inner = find(name).find<HTMLElement>('button');
		const button = inner.exists() ? inner : find(name);
		// As a browser does.
		button.element.focus();
		await button.trigger('click');
		await flushPromises();
	}

	return {
		page,
		find,
		press,
		value: (name: string) => (find(name).element as HTMLInputElement).value,
		disabled: (name: string) => find(name).find('button').element.disabled,
		sent: (method: keyof Api = 'post') => api[method].mock.lastCall?.[1],
		async type(url: string, token: string) {
			await find('destination-url').setValue(url);
			await find('destination-token').setValue(token);
		},
		async choose(value: number | '') {
			await find('preset-select').setValue(String(value));
			await flushPromises();
		},
		async check(result = makeCheck()) {
			api.post.mockResolvedValueOnce({ data: result });
			await page.find('form').trigger('submit');
			await flushPromises();
		},
		async failCheck(error: Error) {
			api.post.mockRejectedValueOnce(error);
			await page.find('form').trigger('submit');
			await flushPromises();
		},
		async start() {
			api.post.mockResolvedValueOnce({ data: makeRun() });
			await press('start');
		},
		async confirm() {
			await find('preset-dialog').find('form').trigger('submit');
			await flushPromises();
		},
	};
}

export type OpenForm = Awaited<ReturnType<typeof openForm>>;

function isPlain(counts: Answers['counts']): counts is Record<string, number> {
	return !(counts instanceof Error) && !(counts instanceof Promise);
}
