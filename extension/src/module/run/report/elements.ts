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

	function table(headings: string[], rows: string[][]): HTMLElement {
		const head = element('tr', ...headings.map((heading) => element('th', heading)));
		const body = rows.map((cells) =>
			element('tr', ...cells.map((cell) => element('td', cell))),
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
