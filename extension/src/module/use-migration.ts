import { useApi } from '@directus/extensions-sdk';
import type { CheckRequest, CheckResult, Run, RunRequest, RunSummary } from '../types';

/** Every request that the module makes. Throws what the HTTP client throws; `toFailure` puts it in words. */
export function useMigration() {
	const api = useApi();

	return {
		async check(request: CheckRequest): Promise<CheckResult> {
			return (await api.post<CheckResult>('/migration/check', request)).data;
		},
		async startRun(request: RunRequest): Promise<Run> {
			return (await api.post<Run>('/migration/runs', request)).data;
		},
		async listRuns(limit: number): Promise<RunSummary[]> {
			return (await api.get<{ runs: RunSummary[] }>('/migration/runs', { params: { limit } })).data.runs;
		},
		async getRun(id: string, after: number): Promise<Run> {
			return (await api.get<Run>(`/migration/runs/${encodeURIComponent(id)}`, { params: { after } })).data;
		},
		async cancelRun(id: string): Promise<Run> {
			return (await api.post<Run>(`/migration/runs/${encodeURIComponent(id)}/cancel`)).data;
		},
	};
}
