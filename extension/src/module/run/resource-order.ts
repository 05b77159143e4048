import type { Resource } from '../../contract';
import { numbersOf } from './numbers';

export type Sort = '' | 'name' | 'rows' | 'problems';

/** Whether the run has nothing more to do with a resource. */
export function isFinished(resource: Resource, current: string | null): boolean {
	const { name, problems } = resource;
	return name !== current && problems === 0 && numbersOf(resource).open === 0;
}

/** Sorts as chosen. Otherwise: with problems first, then as the run handles them. */
export function sortResources(
	resources: Resource[],
	sort: Sort,
	nameOf: (name: string) => string,
): Resource[] {
	const sorted = [...resources];
	if (sort === 'name')
		return sorted.sort((one, other) => nameOf(one.name).localeCompare(nameOf(other.name)));
	if (sort === 'rows') return sorted.sort((one, other) => other.source - one.source);
	if (sort === 'problems') return sorted.sort((one, other) => other.problems - one.problems);
	return sorted.sort((one, other) => Number(other.problems > 0) - Number(one.problems > 0));
}

export function matches(
	{ name }: Resource,
	text: string,
	nameOf: (name: string) => string,
): boolean {
	return `${name} ${nameOf(name)}`.toLowerCase().includes(text.trim().toLowerCase());
}
