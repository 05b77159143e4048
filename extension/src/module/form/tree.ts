/** The collections of a project as a tree, in the order of Directus' own navigation. */

/** A collection in Directus' store. */
export interface AppCollection {
	collection: string;
	/** In the language of the user. */
	name?: string;
	icon?: string | null;
	color?: string | null;
	schema?: object | null;
	meta?: {
		group?: string | null;
		sort?: number | null;
		hidden?: boolean;
		singleton?: boolean;
		collapse?: string;
	} | null;
}

export interface Branch {
	name: string;
	label: string;
	icon: string;
	color: string | null;
	/** Whether it has rows. Others are folders. */
	isTable: boolean;
	isSingleton: boolean;
	isHidden: boolean;
	/** Whether it shows what is below it, before anybody opens or closes it. */
	isOpen: boolean;
	children: Branch[];
}

/** One line of the tree. */
export interface Line {
	branch: Branch;
	level: number;
	/** The name of the branch above. */
	parent: string | null;
	isOpen: boolean;
	/** Its place among `size` neighbours, from 1. */
	place: number;
	size: number;
}

export type Tick = 'true' | 'false' | 'mixed';

export function treeOf(collections: AppCollection[]): Branch[] {
	const own = collections.filter(
		({ collection, meta }) => meta && !collection.startsWith('directus_'),
	);
	const names = new Set(own.map(({ collection }) => collection));
	const groupOf = ({ meta }: AppCollection) =>
		meta?.group && names.has(meta.group) ? meta.group : null;
	const below = (group: string | null): Branch[] =>
		own
			.filter((one) => groupOf(one) === group)
			.sort(inOrder)
			.map((one) => branchOf(one, below(one.collection)));
	return below(null);
}

function inOrder(one: AppCollection, other: AppCollection): number {
	const sort = ({ meta }: AppCollection) => meta?.sort ?? Infinity;
	if (sort(one) !== sort(other)) return sort(one) - sort(other);
	return one.collection < other.collection ? -1 : 1;
}

function branchOf(one: AppCollection, children: Branch[]): Branch {
	return {
		name: one.collection,
		label: one.name ?? one.collection,
		icon: one.icon ?? 'database',
		color: one.color ?? null,
		isTable: Boolean(one.schema),
		isSingleton: one.meta?.singleton === true,
		isHidden: one.meta?.hidden === true,
		isOpen: one.meta?.collapse !== 'closed',
		children,
	};
}

/** What has rows, from top to bottom. */
export function tablesIn(branches: Branch[]): Branch[] {
	return branches.flatMap((branch) => [
		...(branch.isTable ? [branch] : []),
		...tablesIn(branch.children),
	]);
}

/** What a search finds, and what is above and below it. Folders without tables are nowhere. */
export function shownOf(branches: Branch[], search: string, withHidden: boolean): Branch[] {
	const text = search.trim().toLowerCase();
	return branches.flatMap((branch) => {
		if (branch.isHidden && !withHidden) return [];
		const matches = `${branch.name}\n${branch.label}`.toLowerCase().includes(text);
		const children = shownOf(branch.children, matches ? '' : text, withHidden);
		const isShown = children.length > 0 || (matches && branch.isTable);
		return isShown ? [{ ...branch, children }] : [];
	});
}

/** The lines that are not in a closed branch. */
export function linesOf(branches: Branch[], isOpen: (branch: Branch) => boolean): Line[] {
	const under = (some: Branch[], level: number, parent: string | null): Line[] =>
		some.flatMap((branch, at) => {
			const open = branch.children.length > 0 && isOpen(branch);
			const line = { branch, level, parent, isOpen: open, place: at + 1, size: some.length };
			return open
				? [line, ...under(branch.children, level + 1, branch.name)]
				: [line];
		});
	return under(branches, 1, null);
}

/** What a tick changes: a table, whatever is below it, or all tables of a folder. */
export function tickedWith(branch: Branch): string[] {
	return branch.isTable ? [branch.name] : tablesIn(branch.children).map(({ name }) => name);
}

export function tickOf(branch: Branch, isChosen: (name: string) => boolean): Tick {
	const names = tickedWith(branch);
	const on = names.filter(isChosen).length;
	if (on === 0) return 'false';
	return on === names.length ? 'true' : 'mixed';
}
