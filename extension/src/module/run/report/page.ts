import { formatMoment } from '../../format';
import { kindOf, lookOf } from '../../status';
import { describeOutcome } from '../outcome';
import type { Report } from './collect';
import { createBuilder } from './elements';
import { factsOf, tablesOf } from './sections';
import { STYLE } from './style';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The report as one self-contained page: no scripts, no images, no other addresses. */
export function writePage(report: Report): string {
	const { run } = report;
	const page = document.implementation.createHTMLDocument(
		`${kindOf(run)} of ${formatMoment(run.created_at)}`,
	);
	const { element, meta, table, facts } = createBuilder(page);

	page.documentElement.lang = 'en';
	page.head.prepend(meta({ charset: 'utf-8' }));
	page.head.append(
		meta({ name: 'viewport', content: 'width=device-width' }),
		meta({ 'http-equiv': 'Content-Security-Policy', content: POLICY }),
		element('style', STYLE),
	);
	page.body.append(
		element('h1', page.title),
		element(
			'p',
			element('strong', `${lookOf(run.status).label}.`),
			` ${describeOutcome(run)} ${run.message ?? ''}`,
		),
		facts(factsOf(run)),
	);

	for (const { title, headings, rows } of tablesOf(report)) {
		if (rows.length > 0)
			page.body.append(element('section', element('h2', title), table(headings, rows)));
	}

	return `<!DOCTYPE html>\n${page.documentElement.outerHTML}\n`;
}
