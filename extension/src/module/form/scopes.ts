import type { Preset, Scope } from '../../contract';

/** Whom a preset is for, in the order in which they are offered. */
const SCOPES: readonly Scope[] = ['personal', 'role', 'global'];

const ICONS: Record<Scope, string> = { personal: 'person', role: 'group', global: 'public' };

export function iconOf(scope: Scope): string {
	return ICONS[scope];
}

export function scopesFor(role: string | null): { value: Scope; text: string }[] {
	return SCOPES.filter((scope) => scope !== 'role' || role !== null).map((value) => ({ value, text: nameOf(value, role) }));
}

/** The presets as a list shows them, by whom they are for. */
export function groupsOf(presets: Preset[], role: string | null): { name: string; presets: Preset[] }[] {
	return SCOPES.map((scope) => ({
		name: nameOf(scope, role),
		presets: presets.filter((preset) => preset.scope === scope),
	})).filter((group) => group.presets.length > 0);
}

function nameOf(scope: Scope, role: string | null): string {
	return { personal: 'Only me', role: `Role ${role ?? ''}`.trim(), global: 'All administrators' }[scope];
}
