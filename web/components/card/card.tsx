import { createMemo, type JSX, Show } from 'solid-js'
import type {
  EventsDocument,
  MapEvent,
  NodeDetails,
  NodeSummary,
  ProbeSummary,
} from '../../../src/api/types.ts'
import type { Query } from '../../../src/topology/query/language/ast.ts'
import { watchOf } from '../../domain/health/watch.ts'
import { badgeWords } from '../../domain/node/badge-words.ts'
import { markOf } from '../../domain/node/mark-of.ts'
import type { SparkSpan } from '../../domain/plot/sparkline.ts'
import { createMarks } from '../../domain/search/card-marks.ts'
import type { Acting } from '../../state/acting/acting.ts'
import type { Followed } from '../../state/follow.ts'
import { ControlButtons } from '../controls/control-buttons.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import { NodeMark } from '../node-mark/node-mark.tsx'
import { CardFrame } from './card-frame.tsx'
import { Explain, type ExplainProps } from './explain/explain.tsx'
import { Facts } from './facts/facts.tsx'
import { Properties } from './facts/properties.tsx'
import { Gone } from './gone.tsx'
import { GroupActions } from './group-actions.tsx'
import { Metrics } from './metrics/metrics.tsx'
import { NodeEvents } from './node-events.tsx'
import { Parents } from './parents.tsx'
import { Silence } from './silence.tsx'
import { Children } from './table/children.tsx'
import { Connections } from './table/connections.tsx'
import { Failures } from './table/failures.tsx'
import { Ports } from './table/ports.tsx'

/** Props of {@link Card}. */
export interface CardProps {
  readonly nodeId: string
  /** View id the node is shown in. */
  readonly view: string
  /** The node as the map has it, shown until the details have arrived. */
  readonly summary: NodeSummary | undefined
  readonly details: Followed<NodeDetails>
  /** Undefined before they have been received. */
  readonly probes: readonly ProbeSummary[] | undefined
  /** The events of the node. */
  readonly events: Followed<EventsDocument>
  readonly onEvent: (event: MapEvent) => void
  /** How far back the lines of metrics reach. */
  readonly span: SparkSpan
  /** Name of a view by id. */
  readonly viewOf: (viewId: string) => string | undefined
  readonly onSpan: (span: SparkSpan) => void
  /** What acts on the node. */
  readonly acting: Acting
  /** The cards below this one. */
  readonly stack: JSX.Element
  readonly onClose: () => void
  /** What is typed, and the filter: what they find is marked. */
  readonly queries: readonly Query[]
  /** What explains why it is not connected to another node. */
  readonly explain: ExplainProps
  readonly onOpenGroup: (id: string) => void
  readonly onCloseGroup: (id: string) => void
  readonly onOpen: (viewId: string, nodeId: string) => void
  /** Opens an edge of the view by the ids of its ends. */
  readonly onOpenEdge: (source: string, target: string) => void
}

/** The card of a node. */
export function Card(props: CardProps): JSX.Element {
  const marks = createMemo(() => createMarks(props.queries))
  const node = () => props.details.answer()
  const head = () => node() ?? props.summary
  const mark = () => {
    const shown = head()
    return shown && markOf(shown)
  }
  const watch = createMemo(() => watchOf(head() ?? { id: props.nodeId }, props.probes ?? []))
  const badge = () => {
    const shown = head()
    const now = watch()
    return shown && badgeWords({ ...shown, ...(now && { watch: now }) })
  }
  const openEdge = (tableId: string, otherId: string) => {
    if (tableId === 'incoming-connections') props.onOpenEdge(otherId, props.nodeId)
    else props.onOpenEdge(props.nodeId, otherId)
  }

  return (
    <CardFrame
      testId="card"
      label={`Details of ${head()?.label ?? 'a node'}`}
      subject={props.nodeId}
      stack={props.stack}
      title={
        <h2 data-testid="card-title" title={head()?.label}>
          <NodeMark mark={mark()} />
          {head()?.label ?? (props.details.gone() ? 'Not found' : 'Loading')}
        </h2>
      }
      minor={
        <>
          <Show when={badge()}>
            {(words) => (
              <span class="card-state" data-state={head()?.state ?? watch()?.kind} data-testid="card-state">
                {words()}
              </span>
            )}
          </Show>
          <span>{head()?.labelMinor}</span>
        </>
      }
      onClose={props.onClose}
    >
      <Show when={props.details.gone()}>
        <Gone nodeId={props.nodeId} label={head()?.label} events={props.events} />
      </Show>
      <Show when={!props.details.gone()}>
        <Silence nodes={[head()]} probes={props.probes} />
        <Show when={watch()?.kind === 'partial' && watch()}>
          {(partial) => (
            <p class="card-note" data-testid="card-partial">
              Not all of {partial().hosts ? 'these hosts' : 'this host'} is seen: {partial().words}.
            </p>
          )}
        </Show>
      </Show>
      <Show when={props.details.failure()}>
        {(failure) => (
          <p class="card-note" role="status">
            Details could not be read: {failure().message} Trying again.
          </p>
        )}
      </Show>
      <Show when={props.nodeId} keyed>
        <Parents parents={head()?.parents ?? []} viewOf={props.viewOf} onOpen={props.onOpen} />
        <ControlButtons
          acting={props.acting}
          node={{ id: props.nodeId, label: head()?.label ?? '', labelMinor: head()?.labelMinor ?? '' }}
          controls={props.details.gone() ? [] : (node()?.controls ?? [])}
        />
      </Show>
      <GroupActions
        node={props.summary ?? node()}
        onMap={props.summary !== undefined}
        onOpenGroup={props.onOpenGroup}
        onCloseGroup={props.onCloseGroup}
      />
      <Failures nodeId={props.nodeId} tables={node()?.connections ?? []} />
      <Metrics metrics={head()?.metrics ?? []} span={props.span} onSpan={props.onSpan} />
      <Show when={props.nodeId} keyed>
        <Facts rows={head()?.metadata ?? []} marks={marks()} />
        <Connections
          tables={node()?.connections ?? []}
          onOpen={(id) => props.onOpen(props.view, id)}
          onOpenEdge={openEdge}
        />
        <Show when={props.summary}>
          <Explain {...props.explain} />
        </Show>
        <NodeEvents events={props.events} onOpen={props.onEvent} />
        <Ports
          nodeId={props.nodeId}
          listening={node()?.listening}
          onOpen={(id) => props.onOpen('processes', id)}
        />
        <Keyed each={node()?.children ?? []} by={idOf}>
          {(group) => <Children group={group()} onOpen={(id) => props.onOpen(group().topologyId, id)} />}
        </Keyed>
        <Keyed each={node()?.tables ?? []} by={idOf}>
          {(table) => <Properties table={table()} marks={marks()} />}
        </Keyed>
      </Show>
    </CardFrame>
  )
}
