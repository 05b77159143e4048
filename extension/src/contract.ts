/** Names for the sidecar's JSON. `make types` generates `types.ts` from its OpenAPI document. */
import type { components } from './types';

type Schemas = components['schemas'];

export type ApiError = Schemas['ErrorOutput'];
export type ChangedRow = Schemas['ChangedRowOutput'];
export type ChangedRows = Schemas['ChangedRowsOutput'];
export type ChangeKind = ChangedRow['kind'];
export type Changes = Schemas['ChangesOutput'];
export type CheckRequest = Schemas['CheckInput'] & Choices;
export type CheckResult = Schemas['CheckOutput'];
export type CheckState = Schemas['CheckStateOutput'];
export type Checksum = Schemas['ChecksumOutput'];
export type Checksums = Schemas['ChecksumsOutput'];
export type Configuration = Schemas['ConfigurationOutput'];
export type CountedProblems = Schemas['ProblemGroupOutput'];
export type Defaults = Schemas['DefaultsOutput'];
/** What a request says of rows, parts, references and existing rows. */
export type Choices = Pick<RunSummary, 'parts' | 'references'> & {
	selection: Selection | null;
} & ExistingChoices;
export type CollectionChanges = Schemas['ChangedCollectionOutput'];
export type CollectionRows = Schemas['CollectionOutput'];
export type ConflictPolicy = RunSummary['conflicts'];
export type Destination = Omit<CheckRequest, 'options' | keyof Choices>;
export type ErrorBody = Schemas['ErrorsOutput'];
export type ExistingChoices = Pick<RunSummary, 'existing' | 'conflicts' | 'overwrite_settings'>;
export type ExistingRows = RunSummary['existing'];
export type FieldChange = Schemas['FieldChangeOutput'];
export type Finding = Schemas['FindingOutput'];
export type Health = Schemas['HealthOutput'];
export type HeldBack = NonNullable<Pace['held_back']>;
export type Instance = Schemas['InstanceOutput'];
export type KindCounts = Schemas['KindCountsOutput'];
export type LicenceLimit = Schemas['LimitOutput'];
export type LogLine = Schemas['LogLineOutput'];
export type MissingReferences = Schemas['MissingReferencesOutput'];
export type Note = Schemas['NoteOutput'];
export type Option = OptionCount['name'];
export type OptionCount = Schemas['OptionOutput'];
export type Outcomes = Schemas['OutcomesOutput'];
/** The smallest that can be chosen. An option is a shorthand for its parts. */
export type Part = NonNullable<Preset['parts']>[number];
export type Pace = Schemas['PaceOutput'];
export type Preset = Schemas['PresetOutput'];
export type PresetInput = Schemas['PresetInput'];
export type Problem = Schemas['ProblemOutput'];
export type Problems = Schemas['ProblemsOutput'];
export type Rates = Schemas['RatesOutput'];
export type ReferencePolicy = Preset['references'];
export type Resource = Schemas['ResourceOutput'];
export type RowMode = ExistingRows['mode'];
export type Run = Schemas['RunOutput'];
export type RunRequest = Schemas['RunInput'];
export type RunStatus = RunSummary['status'];
export type RunSummary = Schemas['RunSummaryOutput'];
export type SchemaAdded = Schemas['SchemaAddedOutput'];
export type SchemaCounts = Schemas['SchemaOutput'];
export type SchemaNames = Schemas['SchemaNamesOutput'];
export type Scope = Preset['scope'];
export type Selection = Required<Schemas['SelectionInput']>;
export type SettingDifference = CheckResult['settings'][number];
export type Stage = Schemas['StageOutput'];
/** The document has a pattern for it, which a generated type cannot express. */
export type TokenSource = 'environment' | `preset:${number}`;
