const DIGEST = /^[0-9a-f]{32,}$/;
/** A UUID or a moment. */
const UNBROKEN = /^([0-9a-f-]{36}|\d{4}-\d\d-\d\dT\S{1,25})$/;
const NUMBER = /^-?[\d,.]+$/;
const LONGEST_WORD = 40;

/** How a cell wraps: words stay whole, except those that would be wider than a page. */
function kindOf(text: string): string {
	if (DIGEST.test(text)) return 'digest';
	if (NUMBER.test(text)) return 'number';
	if (UNBROKEN.test(text)) return 'unbroken';
	return text.split(/\s/).some((word) => word.length > LONGEST_WORD) ? 'long' : '';
}

/** Creates elements from text, so that data never becomes markup. */
export function createBuilder(page: Document) {
	function element(name: string, ...children: (Node | string)[]): HTMLElement {
		const made = page.createElement(name);
		made.append(...children);
		return made;
	}

	function meta(attributes: Record<string, string>): HTMLElement {
		const made = element('meta');
		for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
		return made;
	}

	function cellOf(name: 'td' | 'th', text: string, kind: string): HTMLElement {
		const cell = element(name, text);
		if (kind !== '') cell.className = kind;
		return cell;
	}

	function table(headings: string[], rows: string[][]): HTMLElement {
		const kinds = rows.map((cells) => cells.map(kindOf));
		// The heading of a column of numbers is above them.
		const kindOfColumn = (at: number) =>
			kinds.every((row) => row[at] === 'number') ? 'number' : '';
		const heads = headings.map((heading, at) => cellOf('th', heading, kindOfColumn(at)));
		const head = element('tr', ...heads);
		const body = rows.map((cells, row) =>
			element('tr', ...cells.map((text, at) => cellOf('td', text, kinds[row]![at]!))),
		);
		return element('div', element('table', element('thead', head), element('tbody', ...body)));
	}

	function facts(entries: [string, string][]): HTMLElement {
		return element(
			'dl',
			...entries.flatMap(([term, text]) => [element('dt', term), element('dd', text)]),
		);
	}

	return { element, meta, table, facts };
}
