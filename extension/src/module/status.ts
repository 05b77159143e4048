import type { RunStatus, RunSummary } from '../contract';

export type Tone = 'info' | 'success' | 'warning' | 'danger';

interface Look {
	label: string;
	icon: string;
	tone: Tone;
}

const LOOKS: Record<RunStatus, Look> = {
	queued: { label: 'Waiting for the worker', icon: 'schedule', tone: 'info' },
	running: { label: 'Running', icon: 'sync', tone: 'info' },
	completed: { label: 'Completed', icon: 'check_circle', tone: 'success' },
	completed_with_problems: { label: 'Completed with problems', icon: 'warning', tone: 'warning' },
	refused: { label: 'Refused', icon: 'block', tone: 'danger' },
	failed: { label: 'Failed', icon: 'error', tone: 'danger' },
	cancelled: { label: 'Cancelled', icon: 'cancel', tone: 'warning' },
	interrupted: { label: 'Interrupted', icon: 'power_off', tone: 'danger' },
};

export function lookOf(status: RunStatus): Look {
	return LOOKS[status];
}

export function isActive(status: RunStatus): boolean {
	return status === 'queued' || status === 'running';
}

export function kindOf(run: Pick<RunSummary, 'dry_run'>): string {
	return run.dry_run ? 'Dry run' : 'Migration run';
}
