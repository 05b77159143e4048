import type { Preset, Scope } from '../../contract';

/** Who can use a preset, in the order of the form. */
const SCOPES: readonly Scope[] = ['personal', 'role', 'global'];

const ICONS: Record<Scope, string> = { personal: 'person', role: 'group', global: 'public' };

export function iconOf(scope: Scope): string {
	return ICONS[scope];
}

export function scopesFor(role: string | null): { value: Scope; text: string }[] {
	return SCOPES.filter((scope) => scope !== 'role' || role !== null).map((value) => ({
		value,
		text: nameOf(value, role),
	}));
}

/** The presets, grouped by who can use them. */
export function groupsOf(
	presets: Preset[],
	role: string | null,
): { name: string; presets: Preset[] }[] {
	return SCOPES.map((scope) => ({
		name: nameOf(scope, role),
		presets: presets.filter((preset) => preset.scope === scope),
	})).filter((group) => group.presets.length > 0);
}

function nameOf(scope: Scope, role: string | null): string {
	const names = {
		personal: 'Only me',
		role: `Role ${role ?? ''}`.trim(),
		global: 'All administrators',
	};
	return names[scope];
}
