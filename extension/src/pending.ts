/** Of the sidecar's JSON, what its OpenAPI document does not have yet. */

/** A setting that differs, with its values as short texts. */
export interface SettingDifference {
	name: string;
	source: string;
	destination: string;
}
