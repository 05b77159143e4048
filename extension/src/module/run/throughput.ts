import type { Run } from '../../contract';

/** The speed of a run over time: for the chart of Directus, and in words and numbers. */

export type Point = Run['throughput'][number];
export type Measure = 'rows_per_second' | 'bytes_per_second';

/** Too few points say nothing that the facts of the run do not say. */
export const MIN_POINTS = 3;
const MAX_ROWS = 12;

/** The moment at which the attempt began, in milliseconds. */
export function startOf({ attempt, started_at, ended_at, throughput }: Run): number {
	if (attempt === 1 && started_at !== null) return Date.parse(started_at);
	const end = ended_at === null ? Date.now() : Date.parse(ended_at);
	return end - 1_000 * (throughput.at(-1)?.seconds ?? 0);
}

/** The points in the form of a dashboard's query: grouped by second, in local time. */
export function toSeries(points: Point[], measure: Measure, start: number) {
	const unit = measure === 'bytes_per_second' ? 1_000_000 : 1;
	return points.map((point) => {
		const at = new Date(start + 1_000 * point.seconds);
		const group = {
			at_year: at.getFullYear(),
			at_month: at.getMonth() + 1,
			at_day: at.getDate(),
			at_hour: at.getHours(),
			at_minute: at.getMinutes(),
			at_second: at.getSeconds(),
		};
		return { group, speed: { value: point[measure] / unit } };
	});
}

export function peakOf(points: Point[], measure: Measure): number {
	return points.reduce((peak, point) => Math.max(peak, point[measure]), 0);
}

/** The points in at most a dozen rows, each with the mean speed until its moment. */
export function toRows(points: Point[]): Point[] {
	const size = Math.ceil(points.length / MAX_ROWS) || 1;
	const rows: Point[] = [];
	for (let from = 0; from < points.length; from += size) {
		const some = points.slice(from, from + size);
		rows.push({
			seconds: some.at(-1)!.seconds,
			rows_per_second: meanOf(some, 'rows_per_second'),
			bytes_per_second: meanOf(some, 'bytes_per_second'),
		});
	}
	return rows;
}

function meanOf(points: Point[], measure: Measure): number {
	return points.reduce((sum, point) => sum + point[measure], 0) / points.length;
}
