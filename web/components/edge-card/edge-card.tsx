import { createMemo, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import type { ConnectionsDocument, Edge, NodeSummary, ProbeSummary } from '../../../src/api/types.ts'
import { neverWorked } from '../../../src/topology/failing.ts'
import { edgeFigures, edgeMoreFacts } from '../../domain/edge/edge-facts.ts'
import { awayWords, type KnownEdge, nextKnownEdge } from '../../domain/edge/known-edge.ts'
import type { Followed } from '../../state/follow.ts'
import { CardFrame } from '../card/card-frame.tsx'
import { Silence } from '../card/silence.tsx'
import { Keyed, labelOf } from '../keyed/keyed.tsx'
import { Flows } from './flows.tsx'
import { SingleConnections } from './single-connections.tsx'
import '../card/metrics/metrics.css'
import './edge-card.css'

/** Props of {@link EdgeCard}. */
export interface EdgeCardProps {
  /** Node ids of the ends. */
  readonly source: string
  readonly target: string
  /** The edge as the map has it; undefined when it is not on the map. */
  readonly edge: Edge | undefined
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly connections: Followed<ConnectionsDocument>
  /** Undefined before they have been received. */
  readonly probes: readonly ProbeSummary[] | undefined
  /** The filter and the options that the view was asked for with. */
  readonly asked: string
  /** Whether the view has been received. */
  readonly loaded: boolean
  /** Whether the app shows simulated data. */
  readonly demo: boolean
  /** The cards below this one. */
  readonly stack: JSX.Element
  readonly onClose: () => void
  readonly onOpenNode: (nodeId: string) => void
  readonly onOpenProcess: (nodeId: string) => void
}

/** The card of an edge: its numbers, and its single connections. */
export function EdgeCard(props: EdgeCardProps): JSX.Element {
  const [nowMs, setNowMs] = createSignal(Date.now())
  const timer = window.setInterval(() => setNowMs(Date.now()), 1000)
  onCleanup(() => window.clearInterval(timer))
  const subject = () => `${props.source}\n${props.target}`
  // When the edge disappears, the card keeps showing what was last known of it.
  const known = createMemo((held: KnownEdge | undefined) =>
    nextKnownEdge(held, {
      ...{ subject: subject(), edge: props.edge, asked: props.asked, loaded: props.loaded },
      ...{ source: nodeLabel(props.source), target: nodeLabel(props.target) },
    }),
  )
  function nodeLabel(id: string): string | undefined {
    return props.nodes.get(id)?.label
  }
  const failingSince = () => props.connections.answer()?.failingSince
  const kind = () => {
    const { edge } = known()
    if (!edge || edge.failed === 0) return 'Connections'
    return neverWorked(edge) ? 'Connections, all of which failed' : 'Connections, some of which failed'
  }

  return (
    <CardFrame
      testId="edge-card"
      label={`Connections from ${known().source ?? 'a node'} to ${known().target ?? 'a node'}`}
      subject={subject()}
      stack={props.stack}
      title={
        <h2 class="edge-ends" data-testid="card-title">
          <End label={known().source} onOpen={() => props.onOpenNode(props.source)} />
          <span class="edge-arrow">→</span>
          <End label={known().target} onOpen={() => props.onOpenNode(props.target)} />
        </h2>
      }
      minor={
        <span>
          {kind()}
          {known().edge?.estimated ? ' · shared between several processes: estimated' : ''}
        </span>
      }
      onClose={props.onClose}
    >
      <Show when={props.loaded && !props.edge}>
        <p class="card-note" role="status" data-testid="card-gone">
          {awayWords(known())}
        </p>
      </Show>
      <Show when={props.edge}>
        <Silence
          nodes={[props.nodes.get(props.source), props.nodes.get(props.target)]}
          probes={props.probes}
        />
      </Show>
      <Show when={known().edge}>
        {(edge) => (
          <>
            <dl class="card-metrics edge-figures" data-testid="edge-figures">
              <Keyed each={edgeFigures(edge())} by={labelOf}>
                {(figure) => (
                  <div data-tone={figure().tone}>
                    <dt class="metric-head">{figure().label}</dt>
                    <dd class="metric-value">{figure().value}</dd>
                    <dd class="edge-figure-more">{figure().more}</dd>
                  </div>
                )}
              </Keyed>
            </dl>
            <section class="card-section" data-testid="facts">
              <h3 class="facts-head">Facts</h3>
              <dl class="facts">
                <Keyed each={edgeMoreFacts(edge(), nowMs(), failingSince())} by={labelOf}>
                  {(fact) => (
                    <div data-tone={fact().tone}>
                      <dt>{fact().label}</dt>
                      <dd title={fact().hint}>{fact().value}</dd>
                    </div>
                  )}
                </Keyed>
              </dl>
            </section>
          </>
        )}
      </Show>
      <Show when={props.edge && !props.edge.told}>
        <Flows document={props.connections.answer()} nowMs={nowMs()} onOpenProcess={props.onOpenProcess} />
        <SingleConnections
          subject={subject()}
          connections={props.connections}
          demo={props.demo}
          onOpenProcess={props.onOpenProcess}
        />
      </Show>
    </CardFrame>
  )
}

function End(props: { readonly label: string | undefined; readonly onOpen: () => void }): JSX.Element {
  return (
    <Show when={props.label} fallback={<span>not here</span>}>
      {(label) => (
        <button type="button" class="edge-end" title={`Open ${label()}`} onClick={() => props.onOpen()}>
          {label()}
        </button>
      )}
    </Show>
  )
}
