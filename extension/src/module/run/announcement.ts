import type { Run } from '../../contract';
import { lookOf } from '../status';
import { STAGES } from './stage-names';

/** What a screen reader says of a run: each stage as it begins, and the end; never a number that keeps changing. */
export function announcementOf(run: Run): string {
	const stage = run.stages.find(({ status }) => status === 'running');
	return run.status === 'running' && stage !== undefined ? `${STAGES[stage.name]} running` : lookOf(run.status).label;
}
