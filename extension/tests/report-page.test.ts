// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest';
import type { Report } from '../src/module/run/report/collect';
import { writePage } from '../src/module/run/report/page';
import { makeProblem, makeResource, makeRun, RUN_ID } from './fixtures';

const EVIL = '<img src=x><script>alert(1)</script>';

let report: Report;

const parse = () => new DOMParser().parseFromString(writePage(report), 'text/html');

beforeEach(() => {
	const digests = { source_digest: 'a'.repeat(64), destination_digest: 'a'.repeat(64) };
	const { log: _, ...run } = makeRun({
		status: 'completed_with_problems',
		user_name: EVIL,
		message: EVIL,
		destination: { url: EVIL, version: '12.4.0', vendor: 'sqlite' },
		schema: { added: 12, changed: 3, kept: 1, dropped: 0 },
		schema_added: { collections: 2, folders: 0, fields: 9, relations: 1 },
		resources: [
			makeResource({
				name: EVIL,
				created: 4,
				verified: 4,
				comparison: 'by meaning',
				compared_by: [EVIL],
				...digests,
			}),
			makeResource(),
		],
		problems: [makeProblem({ key: EVIL, code: 'ROW_REFUSED', message: EVIL })],
		problem_count: 1,
		notes: [{ resource: 'posts', code: 'NOTE', column: null, message: EVIL, count: 3 }],
	});
	report = {
		run,
		log: [{ at: '2026-01-01T10:00:00Z', level: 'info', stage: 'apply', message: EVIL }],
		checksums: [{ id: '1', name: EVIL, size: 1_500, sha256: 'c'.repeat(64) }],
	};
});

it('has all of the run in it', () => {
	const text = parse().body.textContent ?? '';
	const state = [
		'Completed with problems',
		'1 problem is listed under Problems',
		'2 collections, 9 fields, 1 relation added; 3 changed',
		RUN_ID,
	];
	const evidence = ['a'.repeat(64), 'c'.repeat(64), '1.5 kB', 'the same', 'by meaning: '];
	for (const part of [...state, ...evidence, 'ROW_REFUSED', '2026-01-01T10:00:00Z'])
		expect(text).toContain(part);
});

it('says what was chosen for references whose target is not included', () => {
	const said = () => parse().body.textContent;
	expect(said()).toContain('ReferencesRefused where their target is not included');
	report.run.references = 'empty';
	expect(said()).toContain('ReferencesLeft empty where their target is not included');
	report.run.references = 'bring';
	expect(said()).toContain('ReferencesTheir rows come along');
});

it('says what was selected, and options as people know them', () => {
	expect(parse().body.textContent).not.toContain('Selection');
	const summary = 'Selected 2 of 4 collections, 7 rows';
	const chosen = { collections: ['posts'], exclude: [], filters: {}, since: '' };
	Object.assign(report.run, { selection: { ...chosen, summary }, options: ['content'] });
	const said = parse().body.textContent;
	expect(said).toContain(`Selection${summary}`);
	expect(said).toContain('OptionsContent');
});

it('notes all columns of which the same is said at once', () => {
	const hidden = (column: string) => ({
		resource: 'directus_users',
		code: 'MASKED',
		column,
		message: `${column}: cannot be read`,
		count: 7,
	});
	report.run.notes = [hidden('password'), hidden('token')];
	const cells = [...parse().querySelectorAll('td')].map((cell) => cell.textContent);
	expect(cells).toContain('password, token: cannot be read');
	expect(cells).not.toContain('password: cannot be read');
});

it('breaks digests and words wider than a page, and no others', () => {
	const long = 'https://cms.example.com/' + 'x'.repeat(40);
	report.run.problems = [
		makeProblem({ resource: 'product_category_translations', key: '7', message: long }),
	];
	report.run.notes = [
		{ resource: RUN_ID, code: 'NOTE', column: null, message: 'All of them', count: 3 },
	];
	const page = parse();
	const classOf = (text: string) =>
		[...page.querySelectorAll('td')].find((cell) => cell.textContent === text)?.className;
	expect(classOf('product_category_translations')).toBe('');
	expect(classOf('CONFLICT')).toBe('');
	expect(classOf('7')).toBe('number');
	expect(classOf(long)).toBe('long');
	expect(classOf(RUN_ID)).toBe('unbroken');
	expect(classOf('2026-01-01T10:00:00Z')).toBe('unbroken');
	expect(classOf('a'.repeat(64))).toBe('digest');
});

it('has the headings of numbers above the numbers', () => {
	report.run.notes = [
		{ resource: 'posts', code: 'NOTE', column: null, message: 'All of them', count: 3 },
	];
	const section = [...parse().querySelectorAll('section')].find(
		(one) => one.querySelector('h2')?.textContent === 'Notes',
	);
	const headings = [...section!.querySelectorAll('th')];
	expect(headings.map(({ className }) => className)).toEqual(['', '', 'number']);
});

it('shows data as text wherever it stands', () => {
	const page = parse();
	expect(page.querySelectorAll('img, script')).toHaveLength(0);
	expect(page.body.textContent?.split(EVIL)).toHaveLength(12);
	expect(writePage(report)).toContain('&lt;img src=x&gt;');
});

it('needs nothing else and may load nothing', () => {
	const page = parse();
	expect(page.querySelectorAll('script, link, img, iframe, [src], [href], [style]')).toHaveLength(
		0,
	);
	expect(page.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain(
		"default-src 'none'",
	);
	expect(page.querySelector('style')?.textContent).not.toMatch(/url\(|@import/);
});

it('leaves out what there is none of', () => {
	report = {
		...report,
		checksums: [],
		run: { ...report.run, problems: [], notes: [], resources: [] },
	};
	const headings = [...parse().querySelectorAll('h2')].map((heading) => heading.textContent);
	expect(headings).toEqual(['Log']);
});
