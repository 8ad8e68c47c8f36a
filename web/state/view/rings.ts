import { createMemo, createSignal } from 'solid-js'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { chooseRing, nextRing, type RingMetric, ringMetrics } from '../../domain/node/ring-choice.ts'
import type { Router } from '../page/router.ts'

/** What the rings of nodes show. */
export interface Rings {
  /** The metrics that they can show in this view. */
  readonly metrics: () => readonly RingMetric[]
  /** Label of the metric that is chosen; undefined = there are to be no rings. */
  readonly chosen: () => string | undefined
  /** Label of the metric that they show now: the one that is pointed at, else the chosen one. */
  readonly shown: () => string | undefined
  /** Shows a metric until another is chosen, or this is called again; undefined = the chosen one. */
  preview(label: string | undefined): void
  /** Chooses a metric by its label. */
  choose(label: string): void
  /** Chooses the next metric, or with -1 the one before; after the last there are no rings, and then the first. */
  step(by: 1 | -1): void
}

interface ViewRings {
  readonly view: string
  readonly metrics: readonly RingMetric[]
}

/** The choice is in the address, and holds in every view that has the metric. */
export function createRings(content: () => LiveContent, router: Router): Rings {
  const rings = createMemo<ViewRings>(
    (held) => {
      const { view, graph } = content()
      const before = held.view === view ? held.metrics : []
      return { view, metrics: ringMetrics(graph, before) }
    },
    { view: '', metrics: [] },
  )
  const metrics = () => rings().metrics
  const [pointedAt, setPointedAt] = createSignal<string>()
  const preview = (label: string | undefined) => void setPointedAt(label)
  const chosen = createMemo(() => chooseRing(metrics(), router.route().ring))
  const shown = createMemo(() => chooseRing(metrics(), pointedAt() ?? router.route().ring))
  const choose = (ring: string) => {
    preview(undefined)
    router.go({ ring }, true)
  }
  const step = (by: 1 | -1) => choose(nextRing(metrics(), chosen(), by))
  return { metrics, chosen, shown, preview, choose, step }
}
