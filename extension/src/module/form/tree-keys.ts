import type { Line } from './tree';

/** What a key does in a tree: go to a line, or open or close the one that has the focus. */
export type Step = { to: number } | { open: boolean } | null;

export function stepOf(lines: Line[], at: number, key: string): Step {
	const line = lines[at];
	if (line === undefined) return null;
	const last = lines.length - 1;

	switch (key) {
		case 'ArrowDown':
			return { to: Math.min(at + 1, last) };
		case 'ArrowUp':
			return { to: Math.max(at - 1, 0) };
		case 'Home':
			return { to: 0 };
		case 'End':
			return { to: last };
		case 'ArrowRight':
			if (line.branch.children.length === 0) return null;
			return line.isOpen ? { to: at + 1 } : { open: true };
		case 'ArrowLeft':
			if (line.isOpen) return { open: false };
			return line.parent === null
				? null
				: { to: lines.findIndex(({ branch }) => branch.name === line.parent) };
		default:
			return null;
	}
}
