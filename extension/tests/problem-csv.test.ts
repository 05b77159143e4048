import { expect, it } from 'vitest';
import { linksOf } from '../src/module/run/item-links';
import { writeCsv } from '../src/module/run/problem-csv';
import { makeProblem } from './fixtures';

const urls = { source: 'http://source', destination: 'http://destination' };
const problem = makeProblem();

it('writes one line for each problem, with both items', () => {
	const message = 'a "quoted" text, with a comma';
	expect(writeCsv([{ ...problem, message, columns: ['slug', 'title'] }], (one) => linksOf(one, urls))).toBe(
		'collection,key,code,message,source,destination,columns\r\n' +
			'posts,1,CONFLICT,"a ""quoted"" text, with a comma",' +
			'http://source/admin/content/posts/1,http://destination/admin/content/posts/1,"slug, title"\r\n',
	);
});

it('contains no formula', () => {
	const csv = writeCsv([{ ...problem, key: '=1+1' }], () => ({ source: null, destination: null }));
	expect(csv).toContain("posts,'=1+1,");
});

it('links the pages of Directus, where there are any', () => {
	const of = (resource: string | null, key: string | null) =>
		linksOf({ ...problem, resource, key }, urls).source;
	expect(of('directus_files', 'f 1')).toBe('http://source/admin/files/f%201');
	expect(of('directus_flows', '1')).toBe('http://source/admin/settings/flows/1');
	expect(of('directus_permissions', '1')).toBeNull();
	expect(of('posts', null)).toBeNull();
	expect(of(null, null)).toBeNull();
});

it('links no item at the destination that is another one there, or did not arrive', () => {
	const of = (resource: string, code: string) =>
		linksOf({ ...problem, resource, code }, urls).destination;
	for (const name of ['policies', 'presets', 'roles', 'users'])
		expect(of(`directus_${name}`, 'CONFLICT')).toBeNull();
	for (const code of ['ABSENT', 'CANNOT_HOLD', 'FAILED_VALIDATION', 'MISSING_REFERENCE'])
		expect(of('posts', code)).toBeNull();
	expect(of('directus_files', 'CHECKSUM_DIFFERS')).toBe('http://destination/admin/files/1');
});
