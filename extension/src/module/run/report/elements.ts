const DIGEST = /^[0-9a-f]{32,}$/;
const NUMBER = /^-?[\d,.]+$/;
const LONGEST_WORD = 40;

/** How a cell wraps: words stay whole, except those that would be wider than a page. */
function kindOf(text: string): string {
	if (DIGEST.test(text)) return 'digest';
	if (NUMBER.test(text)) return 'number';
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

	function cellOf(text: string): HTMLElement {
		const cell = element('td', text);
		const kind = kindOf(text);
		if (kind !== '') cell.className = kind;
		return cell;
	}

	function table(headings: string[], rows: string[][]): HTMLElement {
		const head = element('tr', ...headings.map((heading) => element('th', heading)));
		const body = rows.map((cells) =>
			element('tr', ...cells.map(cellOf)),
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
