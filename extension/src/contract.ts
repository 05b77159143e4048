/** Names for the sidecar's JSON. `make types` generates `types.ts` from its OpenAPI document. */
import type { components } from './types';

type Schemas = components['schemas'];
/** The sidecar has defaults for these. */
type Choices = 'parts' | 'selection';
type WithDefaults<Input, Names extends keyof Input> = Omit<Input, Names> & Partial<Pick<Input, Names>>;

export type ApiError = Schemas['ErrorOutput'];
export type CheckRequest = WithDefaults<Schemas['CheckInput'], Choices | 'references'>;
export type CheckResult = Schemas['CheckOutput'];
export type CheckState = Schemas['CheckStateOutput'];
export type Checksum = Schemas['ChecksumOutput'];
export type Checksums = Schemas['ChecksumsOutput'];
export type Configuration = Schemas['ConfigurationOutput'];
export type CountedProblems = Schemas['ProblemGroupOutput'];
export type Defaults = Schemas['DefaultsOutput'];
export type Destination = Omit<CheckRequest, 'options' | 'references' | Choices>;
export type ErrorBody = Schemas['ErrorsOutput'];
export type Finding = Schemas['FindingOutput'];
export type Health = Schemas['HealthOutput'];
export type HeldBack = NonNullable<Pace['held_back']>;
export type Instance = Schemas['InstanceOutput'];
export type LicenceLimit = Schemas['LimitOutput'];
export type LogLine = Schemas['LogLineOutput'];
export type MissingReferences = Schemas['MissingReferencesOutput'];
export type Note = Schemas['NoteOutput'];
export type Option = OptionCount['name'];
export type OptionCount = Schemas['OptionOutput'];
export type Outcomes = Schemas['OutcomesOutput'];
export type Pace = Schemas['PaceOutput'];
export type Preset = Schemas['PresetOutput'];
export type PresetInput = WithDefaults<Schemas['PresetInput'], Choices>;
export type Problem = Schemas['ProblemOutput'];
export type Problems = Schemas['ProblemsOutput'];
export type Rates = Schemas['RatesOutput'];
export type ReferencePolicy = Preset['references'];
export type Resource = Schemas['ResourceOutput'];
export type Run = Schemas['RunOutput'];
export type RunRequest = WithDefaults<Schemas['RunInput'], Choices>;
export type RunStatus = RunSummary['status'];
export type RunSummary = Schemas['RunSummaryOutput'];
export type SchemaAdded = Schemas['SchemaAddedOutput'];
export type SchemaCounts = Schemas['SchemaOutput'];
export type SchemaNames = Schemas['SchemaNamesOutput'];
export type Scope = Preset['scope'];
export type Selection = Schemas['SelectionInput'];
export type Stage = Schemas['StageOutput'];
/** The document has a pattern for it, which a generated type cannot express. */
export type TokenSource = 'environment' | `preset:${number}`;
