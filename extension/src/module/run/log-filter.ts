import type { LogLine } from '../../contract';

export type LogLevel = LogLine['level'];

const LEVELS: LogLevel[] = ['info', 'warning', 'error'];

/** The lines of at least this level that contain the text, in upper or lower case. */
export function filterLines(lines: LogLine[], least: LogLevel, text: string): LogLine[] {
	const wanted = text.trim().toLowerCase();
	return lines.filter(
		({ level, stage, message }) =>
			LEVELS.indexOf(level) >= LEVELS.indexOf(least) &&
			`${stage ?? ''} ${message}`.toLowerCase().includes(wanted),
	);
}
