import { ref } from 'vue';
import { toFailure, type Failure } from '../../failure';
import { saveFile } from '../../save-file';
import { useMigration } from '../../use-migration';
import { collectReport, type Report } from './collect';
import { writePage } from './page';

export type Format = 'json' | 'html';

const TYPES: Record<Format, string> = { json: 'application/json', html: 'text/html' };

/** Downloads the report of a run. The browser creates it. */
export function useReport(runId: () => string) {
	const migration = useMigration();
	const downloading = ref<Format | null>(null);
	const failure = ref<Failure | null>(null);

	async function download(format: Format) {
		downloading.value = format;
		failure.value = null;

		try {
			const report = await collectReport(migration, runId());
			const text =
				format === 'json' ? `${JSON.stringify(report, null, '\t')}\n` : writePage(report);
			saveFile(nameOf(report, format), text, TYPES[format]);
		} catch (error) {
			failure.value = toFailure(error);
		} finally {
			downloading.value = null;
		}
	}

	return { downloading, failure, download };
}

function nameOf({ run }: Report, format: Format): string {
	return `migration-${run.created_at.slice(0, 10)}-${run.id.slice(0, 8)}.${format}`;
}
