/**
 * What a view is made of, and the JSON shapes that the HTTP API and the page share. Nodes keep the field names of Weave
 * Scope's view API; `edges` beside them are new. Each is inferred from its schema in this folder, from which the OpenAPI
 * document is made, too.
 */

export type { ConnectionEnd, SingleConnection } from '../report/channel.ts'
export type { AppDetails, ErrorBody, Health, HeldMemory, ProbeSummary } from './app.ts'
export type { AuditDocument, AuditEntry } from './audit.ts'
export type { ControlAnswer, Controllable, ControllablesDocument, OfferedControl } from './control.ts'
export type {
  EventEdge,
  EventKind,
  EventNode,
  EventsDocument,
  EventsFrame,
  MapEvent,
} from './event.ts'
export type { Finding, FindingKind, FindingsDocument, FindingsFrame } from './finding.ts'
export type { ConnectionsDocument, EdgeFlow, FlowEnd } from './map/connections.ts'
export type {
  ChildGroup,
  Column,
  ConnectionRow,
  ConnectionTable,
  NodeDetails,
  NodeDocument,
} from './map/details.ts'
export type { Edge, FailureReasons, Times } from './map/edge.ts'
export type {
  GroupTrouble,
  MetadataRow,
  MetricRow,
  NodeState,
  NodeSummary,
  ParentLink,
  PropertyTable,
  Shape,
} from './map/node.ts'
export type { PortRow, PortsDocument } from './map/ports.ts'
export type {
  CompletionDocument,
  CompletionItem,
  QuerySummary,
  SearchDocument,
  SearchMatch,
} from './map/query.ts'
export type {
  GroupingOffer,
  SuggestedGrouping,
  ViewDescription,
  ViewDiff,
  ViewDocument,
  ViewOption,
  ViewOptionGroup,
  ViewStats,
} from './map/view.ts'
