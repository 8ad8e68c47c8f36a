import { createMemo, type JSX, Show } from 'solid-js'
import type { NodeSummary } from '../../../src/api/types.ts'
import { edgeFacts } from '../../domain/edge/edge-facts.ts'
import type { EdgeParts } from '../../domain/edge/edge-parts.ts'
import type { MapEdge } from '../../domain/graph/graph.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { Keyed, labelOf } from '../keyed/keyed.tsx'
import { Parts } from './parts.tsx'
import './edge-tooltip.css'

/** Props of {@link EdgeTooltip}. */
export interface EdgeTooltipProps {
  readonly edge: MapEdge
  readonly nodes: ReadonlyMap<string, NodeSummary>
  /** Who calls whom inside; undefined where that is not asked for, or has not been received. */
  readonly parts: EdgeParts | undefined
  /** Since when connections fail; undefined where they do not, or where that has not been received. */
  readonly failingSince: string | undefined
  /** The pointer, in pixels of the map. */
  readonly at: Point
}

const width = 272

/** The numbers of the edge under the pointer, beside it where there is room. */
export function EdgeTooltip(props: EdgeTooltipProps): JSX.Element {
  const lines = createMemo(() => edgeFacts(props.edge, Date.now(), props.failingSince))
  const height = () => 56 + lines().length * 20 + (props.parts ? 34 + props.parts.parts.length * 20 : 0)
  const x = () => (props.at.x + width + 28 > window.innerWidth ? props.at.x - width - 14 : props.at.x + 14)
  const y = () => Math.max(56, Math.min(props.at.y + 14, window.innerHeight - height() - 40))
  const label = (id: string) => props.nodes.get(id)?.label ?? id
  return (
    <div
      class="edge-tooltip surface"
      role="tooltip"
      data-testid="edge-tooltip"
      ref={(element) => {
        // Set by script: the page's policy allows no style attributes in markup.
        createMemo(() => {
          element.style.transform = `translate(${Math.round(x())}px, ${Math.round(y())}px)`
        })
      }}
    >
      <p class="edge-tooltip-ends">
        <span>{label(props.edge.source)}</span>
        <span class="edge-tooltip-arrow">→</span>
        <span>{label(props.edge.target)}</span>
      </p>
      <dl>
        <Keyed each={lines()} by={labelOf}>
          {(line) => (
            <div data-tone={line().tone}>
              <dt>{line().label}</dt>
              <dd>{line().value}</dd>
            </div>
          )}
        </Keyed>
      </dl>
      <Show when={props.parts}>
        {(parts) => (
          <>
            <p class="edge-tooltip-note">Inside</p>
            <Parts all={parts()} />
          </>
        )}
      </Show>
      {props.edge.stale ? (
        <p class="edge-tooltip-note">No report from there: this may no longer be so</p>
      ) : null}
      {props.edge.estimated ? (
        <p class="edge-tooltip-note">Shared between several processes: estimated</p>
      ) : null}
    </div>
  )
}
