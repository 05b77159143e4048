// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useReport } from '../src/module/run/report/use-report';
import { answerOf, makeRun, RUN_ID } from './fixtures';

const api = vi.hoisted(() => ({ get: vi.fn() }));
vi.mock('@directus/extensions-sdk', async () => ({
	useApi: () => api,
	useStores: (await import('./directus-stores')).useStores,
}));

const saved: { name: string; content: Blob }[] = [];

beforeEach(() => {
	saved.length = 0;
	let content: Blob;
	vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
		content = blob as Blob;
		return 'blob:report';
	});
	vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
		this: HTMLAnchorElement,
	) {
		saved.push({ name: this.download, content });
	});
	api.get.mockImplementation(async (path: string) => ({
		data: path.endsWith('/checksums')
			? { checksums: [], cursor: 0, total: 0 }
			: path.endsWith('/problems')
				? { problems: [], total: 0 }
				: makeRun({ status: 'completed' }),
	}));
});

afterEach(() => vi.restoreAllMocks());

it('saves the run as JSON', async () => {
	await useReport(() => RUN_ID).download('json');
	expect(saved[0]?.name).toBe('migration-2026-01-01-7b1f6c3e.json');
	const report = JSON.parse(await saved[0]!.content.text());
	expect(report.run.id).toBe(RUN_ID);
	expect(report).toMatchObject({ log: [], checksums: [] });
});

it('saves the run as a page', async () => {
	await useReport(() => RUN_ID).download('html');
	expect(saved[0]?.name).toBe('migration-2026-01-01-7b1f6c3e.html');
	expect(await saved[0]!.content.text()).toMatch(/^<!DOCTYPE html>/);
});

it('says why it cannot', async () => {
	api.get.mockRejectedValue(
		answerOf(502, 'SIDECAR_UNREACHABLE', 'The sidecar cannot be reached.'),
	);
	const { download, failure, downloading } = useReport(() => RUN_ID);
	await download('json');
	expect(failure.value?.code).toBe('SIDECAR_UNREACHABLE');
	expect(downloading.value).toBeNull();
	expect(saved).toEqual([]);
});
