import { useApi } from '@directus/extensions-sdk';
import type {
	ChangedRows,
	ChangeKind,
	Changes,
	CheckRequest,
	CheckResult,
	CheckState,
	Checksums,
	CollectionRows,
	Configuration,
	Health,
	OptionCount,
	Preset,
	PresetInput,
	Problems,
	Run,
	RunRequest,
	RunSummary,
} from '../contract';
import { sendUntilRead } from './under-pressure';

/** All requests of the module. They throw the HTTP client's errors; `toFailure` explains them. */
export function useMigration() {
	const api = useApi();
	const get = async <T>(path: string, params: Record<string, number | string> = {}) =>
		(await api.get<T>(`/migration${path}`, { params })).data;
	const post = async <T>(path: string, body?: object) =>
		(await sendUntilRead(() => api.post<T>(`/migration${path}`, body))).data;

	return {
		/** A check that takes long is answered with its state. */
		check: (request: CheckRequest) => post<CheckResult | CheckState>('/check', request),
		getCheck: (id: string) => get<CheckState>(`/checks/${id}`),
		cancelCheck: (id: string) => post<CheckState>(`/checks/${id}/cancel`),
		countOptions: async () => (await get<{ options: OptionCount[] }>('/options')).options,
		countCollections: async () =>
			(await get<{ collections: CollectionRows[] }>('/collections')).collections,
		countRows: async (collection: string, filter: object) =>
			(await post<{ rows: number }>('/collections/count', { collection, filter })).rows,
		getConfiguration: () => get<Configuration>('/presets'),
		createPreset: (preset: PresetInput) => post<Preset>('/presets', preset),
		updatePreset: async (id: number, changes: Partial<PresetInput>) =>
			(await api.patch<Preset>(`/migration/presets/${id}`, changes)).data,
		deletePreset: async (id: number) => void (await api.delete(`/migration/presets/${id}`)),
		startRun: (request: RunRequest) => post<Run>('/runs', request),
		listRuns: async (count: number) =>
			(await get<{ runs: RunSummary[] }>('/runs', { count })).runs,
		/** Without its problems: `getProblems` has them. */
		getRun: (id: string, after: number) => get<Run>(runPath(id), { after, problems: 0 }),
		getProblems: (id: string, after: number, count: number) =>
			get<Problems>(`${runPath(id)}/problems`, { after, count }),
		getChecksums: (id: string, after: number) =>
			get<Checksums>(`${runPath(id)}/checksums`, { after }),
		getChanges: (id: string) => get<Changes>(`${runPath(id)}/changes`),
		getChangedRows: (
			id: string,
			params: { collection: string; kind: ChangeKind; after: number; count: number },
		) => get<ChangedRows>(`${runPath(id)}/changes/rows`, params),
		cancelRun: (id: string) => post<Run>(`${runPath(id)}/cancel`),
		resumeRun: (id: string) => post<Run>(`${runPath(id)}/resume`),
		/** The answer has the same format with status 503, when something is missing. */
		async getHealth() {
			const answer = await api.get<Health>('/migration/health', {
				validateStatus: (status) => [200, 503].includes(status),
			});
			if (answer.data.worker === undefined) throw { response: answer };
			return answer.data;
		},
	};
}

function runPath(id: string): string {
	return `/runs/${encodeURIComponent(id)}`;
}
