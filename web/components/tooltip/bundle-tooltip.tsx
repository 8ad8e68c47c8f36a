import { createMemo, createRenderEffect, type JSX } from 'solid-js'
import { edgeParts } from '../../domain/edge/edge-parts.ts'
import type { Graph } from '../../domain/graph/graph.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { settings } from '../../settings.ts'
import { Parts } from './parts.tsx'
import './edge-tooltip.css'

/** Props of {@link BundleTooltip}. */
export interface BundleTooltipProps {
  /** Names of the ends of the line. */
  readonly from: string
  readonly to: string
  /** Ids of the edges that it stands for. */
  readonly edges: ReadonlySet<string>
  readonly graph: Graph
  /** The pointer, in pixels of the map. */
  readonly at: Point
}

const width = 400

/** Who calls whom in a line that stands for several edges, beside the pointer. */
export function BundleTooltip(props: BundleTooltipProps): JSX.Element {
  const all = createMemo(() => edgeParts(props.edges, props.graph, settings.edge.partsMost))
  const height = () => 76 + all().parts.length * 20
  const x = () => (props.at.x + width + 28 > window.innerWidth ? props.at.x - width - 14 : props.at.x + 14)
  const y = () => Math.max(56, Math.min(props.at.y + 14, window.innerHeight - height() - 40))
  return (
    <div
      class="edge-tooltip edge-tooltip-wide surface"
      role="tooltip"
      data-testid="bundle-tooltip"
      ref={(element) => {
        // Set by script: the page's policy allows no style attributes in markup.
        createRenderEffect(() => {
          element.style.transform = `translate(${Math.round(x())}px, ${Math.round(y())}px)`
        })
      }}
    >
      <p class="edge-tooltip-ends">
        <span>{props.from}</span>
        <span class="edge-tooltip-arrow">→</span>
        <span>{props.to}</span>
      </p>
      <p class="edge-tooltip-note">{all().sum}</p>
      <Parts all={all()} />
    </div>
  )
}
