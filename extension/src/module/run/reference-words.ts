import type { ReferencePolicy } from '../../contract';

/** What happens to references whose target is not included. */
export const REFERENCE_WORDS: Record<ReferencePolicy, string> = {
	refuse: 'Refused where their target is not included',
	bring: 'Their rows come along',
	keep: 'Kept if the destination has their target',
	empty: 'Left empty where their target is not included',
};
