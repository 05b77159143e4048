/** Numbers, sizes and times as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function formatCount(value: number): string {
	return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

export function countOf(value: number, one: string, many: string): string {
	return `${formatCount(value)} ${value === 1 ? one : many}`;
}

export function formatBytes(bytes: number): string {
	const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
	const digits = power === 0 ? 0 : 1;
	const value = bytes / 1000 ** power;
	return `${value.toLocaleString('en-US', { maximumFractionDigits: digits })} ${UNITS[power]}`;
}

export function formatSeconds(seconds: number): string {
	if (seconds < 10) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
	return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** An estimated time. */
export function formatAbout(seconds: number): string {
	if (seconds < 60) return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
	const minutes = Math.ceil(seconds / 60);
	return minutes < 60
		? `about ${minutes} min`
		: `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatMoment(iso: string | null): string {
	return iso === null
		? ''
		: new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export function formatClock(iso: string): string {
	return new Date(iso).toLocaleTimeString(undefined, { hour12: false });
}

/** A day, also of a date without a time. */
export function formatDay(iso: string): string {
	return new Date(iso.length > 10 ? iso : `${iso}T00:00`).toLocaleDateString(undefined, {
		dateStyle: 'medium',
	});
}
