import { createMemo } from 'solid-js'
import { chooseRing, nextRing, type RingMetric, ringMetrics } from '../../domain/node/ring-choice.ts'
import type { Router } from '../page/router.ts'
import type { LiveContent } from './live-view.ts'

/** What the rings of nodes show. */
export interface Rings {
  /** The metrics that they can show in this view. */
  readonly metrics: () => readonly RingMetric[]
  /** Label of the metric that they show; undefined = there are no rings. */
  readonly shown: () => string | undefined
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
      return { view, metrics: ringMetrics(graph.nodes.values(), before) }
    },
    { view: '', metrics: [] },
  )
  const metrics = () => rings().metrics
  const shown = createMemo(() => chooseRing(metrics(), router.route().ring))
  const choose = (ring: string) => router.go({ ring }, true)
  return { metrics, shown, choose, step: (by) => choose(nextRing(metrics(), shown(), by)) }
}
