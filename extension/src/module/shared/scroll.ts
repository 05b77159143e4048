/**
 * Scrolls the page of Directus to an element, `margin` pixels below its top edge. Unlike
 * `scrollIntoView` it does not move the frame around the page.
 */
export function scrollPageTo(element: Element, margin: number): void {
	const page = scrollerOf(element);
	if (page === null) return;
	const top = element.getBoundingClientRect().top - page.getBoundingClientRect().top;
	const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
	page.scrollTo({ top: page.scrollTop + top - margin, behavior: still ? 'auto' : 'smooth' });
}

function scrollerOf(element: Element): Element | null {
	const parent = element.parentElement;
	if (parent === null) return null;
	const { overflowY } = getComputedStyle(parent);
	const scrolls = ['auto', 'scroll'].includes(overflowY);
	return scrolls && parent.scrollHeight > parent.clientHeight ? parent : scrollerOf(parent);
}
