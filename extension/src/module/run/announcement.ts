import type { Run } from '../../contract';
import { lookOf } from '../status';
import { STAGES } from './stage-names';

/** What a screen reader announces: the start of each stage and the end, but no changing numbers. */
export function announcementOf(run: Run): string {
	const stage = run.stages.find(({ status }) => status === 'running');
	return run.status === 'running' && stage !== undefined
		? `${STAGES[stage.name]} running`
		: lookOf(run.status).label;
}
